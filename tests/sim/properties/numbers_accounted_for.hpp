#pragma once

#include <array>
#include <optional>

#include "tests/sim/properties/property.hpp"
#include "tests/unit/dataplane/tunnel/window_oracle.hpp"

namespace ropewalk::tests::sim::properties {

/// 5, second half. Conservation of sequence numbers: sent = delivered + lost + in flight. What the window says it lost,
/// sprang over and let in late is what a set of all numbers, fed with what really arrived, says.
class NumbersAccountedFor : public Property {
public:
    std::string_view name() const override { return "numbers_accounted_for"; }
    void on_turn(const Turn& turn) override;
    void on_dataplane_started(Side side, const Machine& machine) override;
    void on_dataplane_ended(Side side, const Machine&) override { windows_[index_of(side)].reset(); }

private:
    std::array<std::optional<unit::WindowOracle>, side_count> windows_;
};

}  // namespace ropewalk::tests::sim::properties
