#pragma once

#include "tests/sim/properties/property.hpp"

namespace ropewalk::tests::sim::properties {

/// 7. Memory stays bounded: no packet buffer is held from one turn to the next, the processes' heaps stay below a
/// bound, and a process that ends has given everything back.
class MemoryBounded : public Property {
public:
    std::string_view name() const override { return "memory_bounded"; }
    void on_turn(const Turn& turn) override;
    void on_dataplane_ended(Side side, const Machine& machine) override;
};

}  // namespace ropewalk::tests::sim::properties
