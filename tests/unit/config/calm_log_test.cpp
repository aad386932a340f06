#include "config/calm_log.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ropewalk::config {
namespace {

constexpr std::uint64_t ms = 1'000'000;

/// What was told, asked every 100 ms for as long as there is something to see.
std::vector<std::string> told(const std::vector<std::string>& seen, CalmLog log = {}) {
    std::vector<std::string> lines;
    std::uint64_t now_ns = 1000 * ms;
    for (const std::string& state : seen) {
        if (log.is_news(state, now_ns)) lines.push_back(state);
        now_ns += 100 * ms;
    }
    return lines;
}

std::vector<std::string> for_ms(unsigned milliseconds, const std::string& state) {
    return std::vector<std::string>(milliseconds / 100, state);
}

std::vector<std::string> operator+(std::vector<std::string> first, const std::vector<std::string>& then) {
    first.insert(first.end(), then.begin(), then.end());
    return first;
}

using Lines = std::vector<std::string>;

TEST(CalmLog, TellsWhatIsNewAtOnce) {
    EXPECT_EQ(told({"up"}), Lines{"up"});
    EXPECT_EQ(told(for_ms(5000, "up") + Lines{"down"}), (Lines{"up", "down"}));
    EXPECT_EQ(told(Lines{"up", "down"}), (Lines{"up", "down"})) << "what is found at first is no change";
    EXPECT_EQ(told(for_ms(5000, "")), Lines{}) << "that all is well is no news";
}

TEST(CalmLog, TellsWhatFollowsSoonWhenItHasHeld) {
    const auto well = for_ms(5000, "");
    EXPECT_EQ(told(well + for_ms(1000, "gone") + for_ms(1900, "")), Lines{"gone"});
    EXPECT_EQ(told(well + for_ms(1000, "gone") + for_ms(2100, "")), (Lines{"gone", ""}));
    EXPECT_EQ(told(well + Lines{"gone", "set down", "no carrier"} + for_ms(2100, "")), (Lines{"gone", ""}));
    EXPECT_EQ(told(well + Lines{"gone", "set down"} + for_ms(3000, "no carrier")), (Lines{"gone", "no carrier"}));
}

TEST(CalmLog, TellsAProblemThatFlipsOnce) {
    auto seen = for_ms(5000, "");
    for (int i = 0; i < 50; ++i) seen = seen + for_ms(300, "down") + for_ms(700, "");
    EXPECT_EQ(told(seen), Lines{"down"});
    EXPECT_EQ(told(seen + for_ms(3000, "")), (Lines{"down", ""}));
    EXPECT_EQ(told(seen + for_ms(3000, "down")), Lines{"down"});
}

TEST(CalmLog, TellsThatAllIsWellWhenItHasHeldHoweverLongItWasNot) {
    const auto gone = for_ms(5000, "") + for_ms(60'000, "gone");
    EXPECT_EQ(told(gone + for_ms(1900, "") + for_ms(5000, "gone")), Lines{"gone"});
    EXPECT_EQ(told(gone + for_ms(2100, "")), (Lines{"gone", ""}));
}

/// Slower than the while that a line must hold at first.
TEST(CalmLog, TellsAProblemThatFlipsForHoursAFewTimes) {
    const CalmLog patient(CalmLog::longest_calm_ns);
    auto seen = for_ms(5000, "");
    for (int i = 0; i < 600; ++i) seen = seen + for_ms(3000, "down") + for_ms(3000, "");
    EXPECT_EQ(told(seen, patient), (Lines{"down", "", "down"}));
    EXPECT_EQ(told(seen + for_ms(8000, ""), patient), (Lines{"down", "", "down", ""})) << "it is over";
    EXPECT_GT(told(seen).size(), 1000U) << "without patience";

    auto other = for_ms(5000, "");
    for (int i = 0; i < 600; ++i) other = other + for_ms(3000, "no carrier") + for_ms(3000, "no route");
    EXPECT_EQ(told(other, patient).size(), 2U) << "so do its reasons";
}

TEST(CalmLog, IsAsQuickAsAtFirstAfterALongCalm) {
    const CalmLog patient(CalmLog::longest_calm_ns);
    auto seen = for_ms(5000, "");
    for (int i = 0; i < 20; ++i) seen = seen + for_ms(3000, "down") + for_ms(3000, "");
    seen = seen + for_ms(CalmLog::longest_calm_ns / ms + 1000, "") + for_ms(3000, "down") + for_ms(2100, "");
    EXPECT_EQ(told(seen, patient), (Lines{"down", "", "down", "", "down", ""}));
}

/// As often as can be: each time it is well for just as long as it takes to be told.
TEST(CalmLog, HasABoundForWhateverFlips) {
    CalmLog log(CalmLog::longest_calm_ns);
    constexpr std::uint64_t hour = 3'600'000 * ms;
    unsigned lines = 0;
    for (std::uint64_t now_ns = ms; now_ns < hour; now_ns += 100 * ms)
        lines += log.is_news(log.told().empty() ? "down" : "", now_ns) ? 1U : 0U;
    EXPECT_GT(lines, 10U);
    EXPECT_LE(lines, 50U);
}

}  // namespace
}  // namespace ropewalk::config
