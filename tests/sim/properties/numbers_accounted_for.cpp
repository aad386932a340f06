#include "tests/sim/properties/numbers_accounted_for.hpp"

#include <fmt/format.h>

#include "dataplane/tunnel/tunnel_state.hpp"

namespace ropewalk::tests::sim::properties {

namespace {

constexpr unsigned window_log2 = 16;

}  // namespace

NumbersAccountedFor::Window& NumbersAccountedFor::window_for(const Turn& turn) {
    auto& window = windows_[index_of(turn.side)];
    if (!window || window->keys != turn.keys) {
        window.emplace(turn.keys, unit::WindowOracle(window_log2));
        window->numbers.start_above(turn.machine.floor(turn.keys));
    }
    return *window;
}

void NumbersAccountedFor::on_turn(const Turn& turn) {
    if (turn.died) return;
    unit::WindowOracle& expected = window_for(turn).numbers;
    for (const Frame& frame : turn.traffic.wan_in)
        if (frame.condition == Frame::Condition::intact && frame.keys == turn.keys) expected.commit(frame.sequence);

    const auto& window = turn.machine.dataplane()->tunnel().window;
    const auto compare = [&](const char* what, std::uint64_t found, std::uint64_t right) {
        if (found != right)
            violate(fmt::format("{}: the window's {} is {}, what arrived makes it {}", name_of(turn.side), what, found,
                                right));
    };
    compare("newest number", window.newest(), expected.newest());
    compare("count of losses", window.lost(), expected.lost());
    compare("count of jumps", window.jumped(), expected.jumped());
    compare("largest age", window.largest_age(), expected.largest_age());
}

}  // namespace ropewalk::tests::sim::properties
