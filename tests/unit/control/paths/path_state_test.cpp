#include "control/paths/path_state.hpp"

#include <gtest/gtest.h>

namespace ropewalk::control::paths {
namespace {

using config::Wire;
using config::region::DataplaneState;
using config::region::PathUse;

TEST(PathState, FollowsWhatIsKnown) {
    constexpr std::uint64_t now = 10'000'000'000;
    const auto state = [&](DataplaneState dataplane, Wire wire, PathUse use, std::uint64_t last) {
        return path_state({dataplane, wire, use, last, now});
    };
    const auto running = DataplaneState::running;
    EXPECT_EQ(state(running, Wire::ropewalk, PathUse::use, now - path_silence_ns + 1), PathState::up);
    EXPECT_EQ(state(running, Wire::ropewalk, PathUse::use, now - path_silence_ns), PathState::silent);
    EXPECT_EQ(state(running, Wire::ropewalk, PathUse::use, 0), PathState::silent);
    EXPECT_EQ(state(running, Wire::ropewalk, PathUse::use, now + 5), PathState::up);
    EXPECT_EQ(state(running, Wire::ropewalk, PathUse::none, now), PathState::no_next_hop);
    EXPECT_EQ(state(running, Wire::esp, PathUse::use, 0), PathState::unknown);
    EXPECT_EQ(state(DataplaneState::absent, Wire::ropewalk, PathUse::use, now), PathState::unknown);
    EXPECT_EQ(path_state({running, Wire::ropewalk, PathUse::use, 0, 1'000'000}), PathState::silent)
        << "a machine just booted";
    using config::region::LinkCode;
    EXPECT_EQ(path_state({running, Wire::ropewalk, PathUse::use, now, now, LinkCode::down}), PathState::port_down);
    EXPECT_EQ(path_state({running, Wire::esp, PathUse::none, now, now, LinkCode::down}), PathState::port_down)
        << "this is known, whatever else is not";
    EXPECT_EQ(path_state({running, Wire::ropewalk, PathUse::use, now, now, LinkCode::up}), PathState::up);
    EXPECT_EQ(path_state({DataplaneState::absent, Wire::ropewalk, PathUse::use, now, now, LinkCode::down}),
              PathState::unknown);
    EXPECT_EQ(word_of(PathState::no_next_hop), "no next hop");
    EXPECT_EQ(word_of(PathState::port_down), "port down");
}

}  // namespace
}  // namespace ropewalk::control::paths
