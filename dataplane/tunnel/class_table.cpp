#include "dataplane/tunnel/class_table.hpp"

#include <algorithm>

namespace ropewalk::dataplane::tunnel {

using config::region::ClassRecord;

ClassTable::ClassTable(std::span<const ClassRecord> classes) {
    for (std::size_t i = 0; i < classes.size(); ++i) {
        if (i % ClassGroup::capacity == 0) groups_.emplace_back(static_cast<std::uint16_t>(in_none + 1 + i));
        groups_.back().add(classes[i]);
    }
    std::ranges::reverse(groups_);
}

}  // namespace ropewalk::dataplane::tunnel
