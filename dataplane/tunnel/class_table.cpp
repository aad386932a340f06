#include "dataplane/tunnel/class_table.hpp"

#include <algorithm>

namespace ropewalk::dataplane::tunnel {

using config::region::ClassRecord;

ClassTable::ClassTable(std::span<const ClassRecord> classes, std::span<const std::uint32_t> paths,
                       std::uint32_t otherwise)
    : groups_((classes.size() + ClassGroup::capacity - 1) / ClassGroup::capacity),
      some_without_path_(std::count(paths.begin(), paths.end(), 0U) != 0) {
    for (std::size_t i = 0; i < classes.size(); ++i)
        groups_[groups_.size() - 1 - i / ClassGroup::capacity].add(classes[i], paths[i]);
    if (!groups_.empty()) groups_.front().otherwise(otherwise);
}

}  // namespace ropewalk::dataplane::tunnel
