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
    void on_dataplane_ended(Side side, const Machine&) override { windows_[index_of(side)].reset(); }

private:
    struct Window {
        unsigned keys;
        unit::WindowOracle numbers;
    };
    /// A new one for keys that the worker did not have before.
    Window& window_for(const Turn& turn);

    std::array<std::optional<Window>, side_count> windows_;
};

}  // namespace ropewalk::tests::sim::properties
