#include "dataplane/worker/idle_policy.hpp"

#include <gtest/gtest.h>

namespace ropewalk::dataplane::worker {
namespace {

using config::IdleMode;
using Kind = IdlePolicy::Action::Kind;

IdlePolicy::Action after_idle_turns(IdlePolicy& policy, int turns) {
    IdlePolicy::Action action{};
    for (int i = 0; i < turns; ++i) action = policy.after_turn(0, IdlePolicy::nothing_due);
    return action;
}

TEST(IdlePolicy, spin_never_does_anything_else) {
    IdlePolicy policy(IdleMode::spin);
    EXPECT_EQ(after_idle_turns(policy, 100'000).kind, Kind::spin);
    EXPECT_EQ(policy.after_turn(3, IdlePolicy::nothing_due).kind, Kind::spin);
}

TEST(IdlePolicy, adaptive_spins_then_pauses_then_sleeps_longer_and_longer) {
    IdlePolicy policy(IdleMode::adaptive);
    EXPECT_EQ(after_idle_turns(policy, 1).kind, Kind::spin);
    EXPECT_EQ(after_idle_turns(policy, 1).kind, Kind::pause);
    std::uint32_t before = 0;
    for (int i = 0; i < 1000; ++i) {
        const auto action = policy.after_turn(0, IdlePolicy::nothing_due);
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
    EXPECT_EQ(policy.after_turn(1, IdlePolicy::nothing_due).kind, Kind::spin);
    EXPECT_EQ(after_idle_turns(policy, 1).kind, Kind::spin);
    EXPECT_EQ(after_idle_turns(policy, 1).kind, Kind::pause);
}

TEST(IdlePolicy, never_sleeps_past_what_is_due) {
    IdlePolicy policy(IdleMode::adaptive);
    EXPECT_EQ(after_idle_turns(policy, 1000).sleep_us, 160U);
    EXPECT_EQ(policy.after_turn(0, 1'000'000).sleep_us, 160U) << "nor longer because of it";
    EXPECT_EQ(policy.after_turn(0, 90'999).sleep_us, 90U);
    EXPECT_EQ(policy.after_turn(0, 1'000).sleep_us, 1U);
    for (const std::uint64_t ns : {0U, 1U, 999U}) EXPECT_EQ(policy.after_turn(0, ns).kind, Kind::pause) << ns;
    EXPECT_EQ(policy.after_turn(0, IdlePolicy::nothing_due).sleep_us, 160U);
}

}  // namespace
}  // namespace ropewalk::dataplane::worker
