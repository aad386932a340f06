#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "config/region/records.hpp"
#include "dataplane/tunnel/class_group.hpp"

namespace ropewalk::dataplane::tunnel {

/// The classes of a tunnel; the first that holds a packet wins. Immutable.
class ClassTable {
public:
    ClassTable() = default;
    /// `paths` are the bits that each class sends on; what is in none goes on `otherwise`.
    ClassTable(std::span<const config::region::ClassRecord> classes, std::span<const std::uint32_t> paths,
               std::uint32_t otherwise);

    bool empty() const { return groups_.empty(); }

    /// Some class has no path to send on.
    bool some_without_path() const { return some_without_path_; }

    /// The last classes first: each group overwrites what those behind it chose.
    std::span<const ClassGroup> groups_from_the_last() const { return groups_; }

private:
    std::vector<ClassGroup> groups_;
    bool some_without_path_ = false;
};

}  // namespace ropewalk::dataplane::tunnel
