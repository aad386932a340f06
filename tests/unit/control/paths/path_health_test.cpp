#include "control/paths/path_health.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace ropewalk::control::paths {
namespace {

/// A path that is probed every 50 ms in both directions, judged every 5 ms.
class PathHealthTest : public ::testing::Test {
protected:
    static constexpr std::uint64_t ms = 1'000'000, second = 1000 * ms, tick = 5 * ms;

    PathHealthTest() { seen.peer = PeerHabit::probes; }

    /// Lets time pass. Probes of the peer come or not, and ours reach it or not.
    void pass(std::uint64_t time_ns) {
        for (const std::uint64_t end = now + time_ns; now < end; now += tick) {
            if (to_peer && now >= ours_due) peer_has_ns = now;
            if (now >= ours_due) ours_due += interval;
            if (now >= theirs_due) {
                theirs_due += interval;
                ++number;
                if (from_peer && has_probes) {
                    seen.probe = {.arrived_ns = now,
                                  .sent_ns = now - 10 * ms,
                                  .answered_ns = peer_has_ns == 0 ? 0 : peer_has_ns - 10 * ms,
                                  .kept_ns = peer_has_ns == 0 ? 0 : now - peer_has_ns,
                                  .number = number,
                                  .interval_us = static_cast<std::uint32_t>(interval / 1000)};
                    seen.heard_ns = now;
                }
            }
            seen.seen_ns = dataplane_runs ? now : 0;
            seen.interval_ns = interval;
            seen.round_trip_ns = 20 * ms;
            if (health.judge(seen, limits, now)) changes.push_back(health.state());
        }
    }
    void pass_until(PathState state, std::uint64_t at_most_ns) {
        const std::uint64_t end = now + at_most_ns;
        while (health.state() != state && now < end) pass(tick);
        EXPECT_EQ(health.state(), state) << word_of(health.state());
    }
    void both(bool alive) { to_peer = from_peer = alive; }
    /// Since `from`, until it is in that state.
    std::uint64_t time_to(PathState state, std::uint64_t at_most_ns = 100 * second) {
        const std::uint64_t from = now;
        pass_until(state, at_most_ns);
        return now - from;
    }
    using States = std::vector<PathState>;
    States take() { return std::exchange(changes, {}); }

    PathHealth health;
    PathEvidence seen;
    HealthLimits limits;
    std::uint64_t now = 1000 * second, interval = 50 * ms;
    std::uint64_t ours_due = now, theirs_due = now, peer_has_ns = 0;
    std::uint32_t number = 0;
    bool to_peer = true, from_peer = true, has_probes = true, dataplane_runs = true;
    std::vector<PathState> changes;
};

TEST_F(PathHealthTest, TheFirstAnsweredProbeMakesItUp) {
    EXPECT_LE(time_to(PathState::up), 110 * ms);
    EXPECT_EQ(health.reason(), HealthReason());
    take();
    pass(60 * second);
    EXPECT_EQ(take(), States{}) << "and it stays so";
}

TEST_F(PathHealthTest, APathThatIsHeardButNotAnsweredIsNotUpAndSaysSo) {
    to_peer = false;
    pass(5 * second);
    EXPECT_EQ(health.state(), PathState::init);
    EXPECT_EQ(health.reason().cause, HealthCause::not_answered);
    pass(PathHealth::first_word_ns);
    EXPECT_EQ(health.state(), PathState::down);
    EXPECT_EQ(health.reason().cause, HealthCause::not_answered);
    to_peer = true;
    EXPECT_LE(time_to(PathState::up), 110 * ms);
}

/// As when its machine was started anew and a firewall there lets nothing of ours in any more.
TEST_F(PathHealthTest, APeerThatComesBackAndDoesNotHearUsIsNotUp) {
    pass(second);
    both(false);
    pass_until(PathState::down, second);
    from_peer = true;
    peer_has_ns = 0;
    pass(20 * second);
    EXPECT_EQ(health.state(), PathState::down);
}

/// Their path stands outside the seal.
TEST_F(PathHealthTest, OtherCopiesDoNotKeepItAlive) {
    pass(second);
    both(false);
    for (int i = 0; i < 40; ++i) {
        seen.heard_ns = now;
        pass(tick);
    }
    EXPECT_EQ(health.state(), PathState::down);
}

/// Both ends send a probe every interval; what is sent from `changes_ns` on takes `later` instead of 10 ms.
class PathThatGetsSlower : public PathHealthTest {
protected:
    static constexpr std::uint64_t later = 400 * ms;

    std::uint64_t arrival_of(std::uint64_t sent_ns) const { return sent_ns + (sent_ns < changes_ns ? 10 * ms : later); }
    /// The newest probe that was there at that time; 0: none.
    std::uint64_t newest_at(std::uint64_t time_ns) const {
        for (std::uint64_t sent_ns = time_ns / interval * interval; sent_ns + second > time_ns; sent_ns -= interval)
            if (arrival_of(sent_ns) <= time_ns) return sent_ns;
        return 0;
    }
    void pass(std::uint64_t time_ns) {
        for (const std::uint64_t end = now + time_ns; now < end; now += tick) {
            const std::uint64_t sent_ns = newest_at(now), ours_ns = newest_at(sent_ns);
            if (sent_ns != 0 && sent_ns != seen.probe.sent_ns)
                seen.probe = {.arrived_ns = now,
                              .sent_ns = sent_ns,
                              .answered_ns = ours_ns,
                              .kept_ns = sent_ns - arrival_of(ours_ns),
                              .number = static_cast<std::uint32_t>(sent_ns / interval),
                              .interval_us = static_cast<std::uint32_t>(interval / 1000)};
            seen.seen_ns = now;
            seen.interval_ns = interval;
            if (sent_ns >= changes_ns) seen.rx_delay_ns = 380 * ms;
            if (health.judge(seen, limits, now)) changes.push_back(health.state());
        }
    }
    std::uint64_t changes_ns = ~std::uint64_t{0};
};

TEST_F(PathThatGetsSlower, IsDownForTheGapAndSlowAtOnce) {
    pass(second);
    ASSERT_EQ(health.state(), PathState::up);
    changes_ns = now;
    pass(2 * later + 2 * interval);
    EXPECT_EQ(health.state(), PathState::slow);
    EXPECT_EQ(health.flaps(), 0U) << "nothing was lost";
    take();
    pass(2 * second);
    EXPECT_EQ(take(), States{});
}

TEST_F(PathHealthTest, WhatWasLostOneWayIsHeldDown) {
    for (bool* const direction : {&from_peer, &to_peer}) {
        pass(20 * second);
        ASSERT_EQ(health.state(), PathState::up);
        const unsigned before = health.flaps();
        *direction = false;
        pass_until(PathState::down, second);
        *direction = true;
        pass(300 * ms);
        EXPECT_EQ(health.state(), PathState::down);
        EXPECT_EQ(health.flaps(), before + 1);
    }
}

TEST_F(PathHealthTest, MuchLossIsLossyAndNotDown) {
    pass(second);
    take();
    unsigned dice = 1;
    for (int probe = 0; probe < 20'000; ++probe) {
        dice = dice * 1'664'525 + 1'013'904'223;
        from_peer = dice >> 16 & 1;
        seen.rx_loss = 0.5;
        pass(interval);
    }
    const auto seen_states = take();
    EXPECT_LE(std::ranges::count(seen_states, PathState::down), 5) << "one in ten thousand times";
    EXPECT_LE(seen_states.size(), 20U) << "nor does it flip between the others";
    both(false);
    pass_until(PathState::down, 2 * second);
}

TEST_F(PathHealthTest, OneMissMakesItSuspectAndThreeMakeItDown) {
    pass(second);
    take();
    both(false);
    EXPECT_LE(time_to(PathState::suspect), 80 * ms);
    EXPECT_LE(time_to(PathState::down), 80 * ms);
    EXPECT_EQ(take(), (States{PathState::suspect, PathState::down}));
    EXPECT_EQ(health.reason().cause, HealthCause::not_heard);
    EXPECT_EQ(sentence_of(health.reason()), "nothing came from the peer by it for 150 ms (round trip was 20.0 ms)");
}

TEST_F(PathHealthTest, InTheFastProfileItIsDownWithin35Ms) {
    interval = 10 * ms;
    pass(second);
    both(false);
    EXPECT_LE(time_to(PathState::down), 35 * ms);
}

TEST_F(PathHealthTest, OneProbeThatIsLostIsForgivenWhenTheNextOneComes) {
    pass(second);
    take();
    both(false);
    pass_until(PathState::suspect, second);
    both(true);
    EXPECT_LE(time_to(PathState::up), 60 * ms);
    EXPECT_EQ(take(), (States{PathState::suspect, PathState::up}));
    EXPECT_EQ(health.flaps(), 0U);
}

TEST_F(PathHealthTest, TheDirectionThatIsDeadIsNamed) {
    pass(second);
    to_peer = false;
    EXPECT_LE(time_to(PathState::down), 260 * ms);
    EXPECT_EQ(health.reason().cause, HealthCause::not_answered);
    to_peer = true;
    pass_until(PathState::up, 3 * second);
    from_peer = false;
    EXPECT_LE(time_to(PathState::down), 160 * ms);
    EXPECT_EQ(health.reason().cause, HealthCause::not_heard);
}

TEST_F(PathHealthTest, ItIsUpAgainAfterTenGoodProbesAndTheHoldDown) {
    pass(second);
    both(false);
    pass_until(PathState::down, second);
    pass(30 * second);
    both(true);
    const std::uint64_t after_long = time_to(PathState::up);
    EXPECT_GE(after_long, 450 * ms) << "ten probes";
    EXPECT_LE(after_long, 560 * ms) << "the hold-down was over long ago";
    EXPECT_EQ(health.reason(), HealthReason());
}

TEST_F(PathHealthTest, TheHoldDownDoublesWithEachFlapAndEnds) {
    pass(second);
    std::vector<std::uint64_t> held;
    for (int flap = 0; flap < 9; ++flap) {
        both(false);
        pass_until(PathState::down, second);
        const std::uint64_t down_ns = now;
        both(true);
        pass_until(PathState::up, 70 * second);
        held.push_back((now - down_ns + second / 2) / second);
    }
    EXPECT_EQ(held, (std::vector<std::uint64_t>{1, 2, 4, 8, 16, 32, 60, 60, 60}));
    pass(PathHealth::flaps_forgotten_ns);
    EXPECT_EQ(health.flaps(), 0U);
    both(false);
    pass_until(PathState::down, second);
    both(true);
    EXPECT_LE(time_to(PathState::up), PathHealth::first_hold_down_ns + 2 * tick) << "forgotten after ten calm minutes";
}

TEST_F(PathHealthTest, WhatIsHeldDownSaysForHowLongAndIsDownAgainWhenItFails) {
    pass(second);
    both(false);
    pass_until(PathState::down, second);
    both(true);
    pass(700 * ms);
    EXPECT_EQ(health.reason().cause, HealthCause::held_down);
    EXPECT_LE(health.reason().for_ns, 400 * ms);
    both(false);
    pass(300 * ms);
    EXPECT_EQ(health.reason().cause, HealthCause::not_heard);
    EXPECT_EQ(health.state(), PathState::down);
}

TEST_F(PathHealthTest, AfterACauseThatIsKnownItIsUpWithTheFirstAnsweredProbe) {
    pass(second);
    for (int i = 0; i < 100; ++i) {
        seen.way = Way::closed;
        both(false);
        pass(300 * ms);
        ASSERT_EQ(health.state(), PathState::down);
        ASSERT_EQ(health.reason().cause, HealthCause::no_way);
        seen.way = Way::open;
        both(true);
        ASSERT_LE(time_to(PathState::up, second), 160 * ms);
    }
    EXPECT_EQ(health.flaps(), 0U) << "carrier lost a hundred times holds nothing down";
}

TEST_F(PathHealthTest, TenThousandFlapsLeaveItAbleToComeBack) {
    for (int i = 0; i < 10'000; ++i) {
        both(i % 2 == 0);
        pass(i % 7 == 0 ? 400 * ms : 20 * ms);
    }
    both(true);
    EXPECT_LE(time_to(PathState::up), 61 * second);
}

TEST_F(PathHealthTest, JitterIsNoMiss) {
    seen.rx_jitter_ns = 15 * ms;
    pass(second);
    take();
    theirs_due += 30 * ms;
    pass(second);
    EXPECT_EQ(take(), States{});
}

TEST_F(PathHealthTest, ADataplaneThatDoesNotRunChangesNothing) {
    pass(second);
    take();
    dataplane_runs = false;
    both(false);
    pass(60 * second);
    EXPECT_EQ(take(), States{});
    dataplane_runs = true;
    pass(tick);
    EXPECT_EQ(health.state(), PathState::init) << "it has to prove itself again";
    both(true);
    EXPECT_LE(time_to(PathState::up), 110 * ms);
    EXPECT_EQ(health.flaps(), 0U);
}

TEST_F(PathHealthTest, APathThatIsNeverHeardIsDownAfterAWhile) {
    both(false);
    pass(PathHealth::first_word_ns - second);
    EXPECT_EQ(health.state(), PathState::init);
    pass(2 * second);
    EXPECT_EQ(health.state(), PathState::down);
    EXPECT_EQ(health.reason().cause, HealthCause::never_heard);
    both(true);
    EXPECT_LE(time_to(PathState::up), 160 * ms) << "it never failed";
}

TEST_F(PathHealthTest, LossAndDelayHaveTheirStatesAndHysteresis) {
    pass(second);
    seen.tx_loss = 0.2;
    pass(tick);
    EXPECT_EQ(health.state(), PathState::lossy);
    EXPECT_EQ(sentence_of(health.reason()), "20.0 % of what we send by it is lost");
    seen.tx_loss = 0.1;
    pass(10 * second);
    EXPECT_EQ(health.state(), PathState::lossy) << "not below half";
    seen.tx_loss = 0.01;
    pass(2 * second);
    EXPECT_EQ(health.state(), PathState::lossy) << "not for long";
    pass(2 * second);
    EXPECT_EQ(health.state(), PathState::up);
    seen.rx_delay_ns = 380 * ms;
    pass(tick);
    EXPECT_EQ(health.state(), PathState::slow);
    EXPECT_EQ(sentence_of(health.reason()), "what the peer sends by it comes 380 ms later than by the fastest path");
    both(false);
    pass_until(PathState::suspect, second);
    pass_until(PathState::down, second);
}

TEST_F(PathHealthTest, WhatLosesAMarkIsLossyAndNamesIt) {
    pass(second);
    seen.rx_marks_lost = std::uint64_t{1} << 46 | std::uint64_t{1} << 8;
    pass(tick);
    EXPECT_EQ(health.state(), PathState::lossy);
    EXPECT_EQ(sentence_of(health.reason()),
              "what the peer sends by it marked DSCP 8, 46 does not arrive, though other packets do; the path's "
              "`dscp: 0` at the peer sends all without a mark");
    seen.rx_marks_lost = 0;
    seen.tx_marks_lost = std::uint64_t{1} << 46;
    pass(tick);
    EXPECT_EQ(sentence_of(health.reason()),
              "what we send by it marked DSCP 46 does not arrive, though other packets do; the path's `dscp: 0` here "
              "sends all without a mark");
    seen.tx_marks_lost = 0;
    pass(PathHealth::recovery_ns + tick);
    EXPECT_EQ(health.state(), PathState::up);
}

TEST_F(PathHealthTest, ASuspicionDoesNotEndSlowness) {
    pass(second);
    seen.rx_delay_ns = 250 * ms;
    pass(tick);
    seen.rx_delay_ns = 150 * ms;
    both(false);
    pass_until(PathState::suspect, second);
    both(true);
    pass(100 * ms);
    EXPECT_EQ(health.state(), PathState::slow) << "not below half";
}

TEST_F(PathHealthTest, APeerOfAnEarlierReleaseIsJudgedByItsHellos) {
    has_probes = false;
    seen.peer = PeerHabit::hellos;
    pass(second);
    EXPECT_EQ(health.state(), PathState::init);
    for (int hello = 0; hello < 20; ++hello) {
        seen.heard_ns = now;
        pass(second / 2);
        ASSERT_EQ(health.state(), PathState::up);
    }
    pass(PathHealth::hello_silence_ns);
    EXPECT_EQ(health.state(), PathState::down);
    EXPECT_TRUE(health.reason().by_hellos);
}

TEST_F(PathHealthTest, AnotherControlTakesItOver) {
    pass(second);
    both(false);
    pass_until(PathState::down, second);
    PathHealth successor;
    successor.take_over({.state = health.state(),
                         .flaps = static_cast<std::uint8_t>(health.flaps()),
                         .since_ns = health.since_ns(),
                         .hold_down_until_ns = health.hold_down_until_ns()});
    health = successor;
    both(true);
    const std::uint64_t held_ns = health.hold_down_until_ns() - now;
    EXPECT_NEAR(static_cast<double>(time_to(PathState::up)), static_cast<double>(held_ns), 2.0 * tick);
}

TEST_F(PathHealthTest, WhatIsUpStaysUpUnderAnotherControl) {
    pass(second);
    PathHealth successor;
    successor.take_over({.state = PathState::up, .since_ns = health.since_ns()});
    health = successor;
    take();
    seen.peer = PeerHabit::unknown;
    pass(second);
    seen.peer = PeerHabit::probes;
    pass(second);
    EXPECT_EQ(take(), States{});
}

TEST_F(PathHealthTest, AMeteredPathThatNothingNeedsIsIdleAndJudgedBySlowProbes) {
    pass(second);
    take();
    seen.duty = Duty::idle;
    interval = second;
    seen.slowest_of_peer_ns = second;
    pass(60 * second);
    EXPECT_EQ(take(), (States{PathState::metered_idle}));
    both(false);
    const std::uint64_t suspect_ns = time_to(PathState::suspect);
    EXPECT_GE(suspect_ns, 500 * ms);
    EXPECT_LE(suspect_ns, 1'600 * ms);
    EXPECT_LE(time_to(PathState::down), 1'600 * ms);
    both(true);
    EXPECT_LE(time_to(PathState::metered_idle), 12 * second) << "ten probes";
    seen.duty = Duty::carries;
    pass(tick);
    EXPECT_EQ(health.state(), PathState::up) << "at once";
}

TEST_F(PathHealthTest, AReservedMeteredPathIsUp) {
    seen.duty = Duty::reserved;
    EXPECT_LE(time_to(PathState::up), 110 * ms);
}

/// The last fast probe of the peer came, the one that would have said that the next is a second away did not.
TEST_F(PathHealthTest, APeerThatBecomesIdleUnannouncedIsNotMissed) {
    pass(second);
    take();
    seen.duty = Duty::idle;
    seen.slowest_of_peer_ns = second;
    theirs_due += second;
    pass(1'100 * ms);
    EXPECT_EQ(take(), (States{PathState::metered_idle}));
}

TEST_F(PathHealthTest, AnotherControlTakesOverAnIdleOne) {
    PathHealth successor;
    successor.take_over({.state = PathState::metered_idle, .since_ns = now});
    health = successor;
    seen.duty = Duty::idle;
    pass(second);
    EXPECT_EQ(take(), States{});
    EXPECT_EQ(health.state(), PathState::metered_idle);
}

TEST_F(PathHealthTest, AbsurdProbesAreBounded) {
    pass(second);
    take();
    seen.probe.interval_us = 0xffff'ffff;
    seen.probe.kept_ns = ~std::uint64_t{0};
    seen.probe.answered_ns = ~std::uint64_t{0};
    seen.probe.arrived_ns = now + 3600 * second;
    both(false);
    pass(second);
    EXPECT_EQ(health.reason().cause, HealthCause::not_answered) << "as the peer says";
}

}  // namespace
}  // namespace ropewalk::control::paths
