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
    /// Index of what is in none of the classes; that of the i-th class is i + 1.
    static constexpr std::uint16_t in_none = 0;

    ClassTable() = default;
    explicit ClassTable(std::span<const config::region::ClassRecord> classes);

    bool empty() const { return groups_.empty(); }

    /// The last classes first: each group overwrites what those behind it chose.
    std::span<const ClassGroup> groups_from_the_last() const { return groups_; }

private:
    std::vector<ClassGroup> groups_;
};

}  // namespace ropewalk::dataplane::tunnel
