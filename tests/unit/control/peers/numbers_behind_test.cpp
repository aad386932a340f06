#include "control/peers/numbers_behind.hpp"

#include <gtest/gtest.h>

namespace ropewalk::control::peers {
namespace {

class NumbersBehindTest : public ::testing::Test {
protected:
    static constexpr std::uint64_t second = 1'000'000'000;
    static constexpr std::uint32_t slot = 5;

    /// Ten looks in that time, in each of which the newest copy behind the window was so far behind.
    void see(std::uint64_t numbers, std::uint64_t time_ns) {
        for (int i = 0; i < 10; ++i) look({now += time_ns / 10, numbers});
    }
    void see_nothing(std::uint64_t time_ns) {
        for (int i = 0; i < 10; ++i) {
            now += time_ns / 10;
            look(last);
        }
    }
    void look(BehindSight sight) {
        last = sight;
        events::Events events;
        watch.run({{slot, sight}}, now, events);
        for (const auto& event : events) {
            EXPECT_EQ(event.tunnel_slot, slot);
            const auto* const behind = std::get_if<events::PeerNumbersBehind>(&event.what);
            lines.push_back(behind == nullptr ? "good" : behind->trouble);
        }
    }

    NumbersBehind watch;
    BehindSight last;
    std::uint64_t now = 100 * second;
    std::vector<std::string> lines;
};

TEST_F(NumbersBehindTest, APeerWhoseClockWasSetBackIsToldOnceInSecondsAndShown) {
    see(3600 * second, 60 * second);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_NE(lines[0].find("3600 s of the peer's clock behind"), std::string::npos) << lines[0];
    EXPECT_NE(lines[0].find("somebody replays old packets"), std::string::npos) << lines[0];
    EXPECT_EQ(watch.trouble(slot), lines[0]);
    see_nothing(NumbersBehind::behind_lasts_ns - second);
    EXPECT_EQ(lines.size(), 1U);
    see_nothing(10 * second);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[1], "good");
    EXPECT_EQ(watch.trouble(slot), "");
}

TEST_F(NumbersBehindTest, WhatIsShownFollowsAndTheLogDoesNot) {
    see(3600 * second, second);
    see(7200 * second, second);
    EXPECT_EQ(lines.size(), 1U);
    EXPECT_NE(watch.trouble(slot).find("7200 s"), std::string::npos);
}

TEST_F(NumbersBehindTest, ALateCopyIsNoClock) {
    see(NumbersBehind::least_numbers - 1, 60 * second);
    EXPECT_TRUE(lines.empty());
    EXPECT_EQ(watch.trouble(slot), "");
}

TEST_F(NumbersBehindTest, WhatWasSeenBeforeThisControlIsOver) {
    last = {now - 3600 * second / 100, 3600 * second};
    see_nothing(second);
    EXPECT_TRUE(lines.empty());
}

TEST_F(NumbersBehindTest, OneOldPacketNowAndThenIsAFewLines) {
    for (int i = 0; i < 120; ++i) {
        see(3600 * second, second);
        see_nothing(29 * second);
    }
    EXPECT_LE(lines.size(), 20U);
}

TEST_F(NumbersBehindTest, ATunnelThatIsGoneIsForgotten) {
    see(3600 * second, second);
    events::Events events;
    watch.run({}, now, events);
    EXPECT_TRUE(events.empty());
    EXPECT_EQ(watch.trouble(slot), "");
}

}  // namespace
}  // namespace ropewalk::control::peers
