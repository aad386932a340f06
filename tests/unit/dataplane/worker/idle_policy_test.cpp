#include "dataplane/worker/idle_policy.hpp"

#include <gtest/gtest.h>

namespace ropewalk::dataplane::worker {
namespace {

using config::IdleMode;
using Kind = IdlePolicy::Action::Kind;

IdlePolicy::Action after_idle_turns(IdlePolicy& policy, int turns) {
    IdlePolicy::Action action{};
    for (int i = 0; i < turns; ++i) action = policy.after_turn(0);
    return action;
}

TEST(IdlePolicy, spin_never_does_anything_else) {
    IdlePolicy policy(IdleMode::spin);
    EXPECT_EQ(after_idle_turns(policy, 100'000).kind, Kind::spin);
    EXPECT_EQ(policy.after_turn(3).kind, Kind::spin);
}

TEST(IdlePolicy, adaptive_spins_then_pauses_then_sleeps_longer_and_longer) {
    IdlePolicy policy(IdleMode::adaptive);
    EXPECT_EQ(after_idle_turns(policy, 1).kind, Kind::spin);
    EXPECT_EQ(after_idle_turns(policy, 1).kind, Kind::pause);
    std::uint32_t before = 0;
    for (int i = 0; i < 1000; ++i) {
        const auto action = policy.after_turn(0);
        ASSERT_EQ(action.kind, Kind::sleep);
        ASSERT_GE(action.sleep_us, before);
        before = action.sleep_us;
        if (i == 0) {
            EXPECT_EQ(action.sleep_us, 40U);
        }
    }
    EXPECT_EQ(before, 160U) << "never so long that a packet waits noticeably";
    EXPECT_EQ(after_idle_turns(policy, 1'000'000).sleep_us, 160U);
}

TEST(IdlePolicy, one_packet_brings_it_back_to_spinning) {
    IdlePolicy policy(IdleMode::adaptive);
    EXPECT_EQ(after_idle_turns(policy, 500).kind, Kind::sleep);
    EXPECT_EQ(policy.after_turn(1).kind, Kind::spin);
    EXPECT_EQ(after_idle_turns(policy, 1).kind, Kind::spin);
    EXPECT_EQ(after_idle_turns(policy, 1).kind, Kind::pause);
}

}  // namespace
}  // namespace ropewalk::dataplane::worker
