#include "dataplane/tunnel/path_choice.hpp"

#include <algorithm>
#include <bit>
#include <vector>

#include <gtest/gtest.h>

namespace ropewalk::dataplane::tunnel {
namespace {

using config::Mode;
using Order = std::vector<std::uint8_t>;

constexpr std::uint32_t all_four = 0xf;

PathChoice choice_of(Mode mode, std::uint32_t allowed, std::uint8_t copies, const Order& preference = {}) {
    config::region::ClassRecord record{};
    record.mode = mode;
    record.path_mask = allowed;
    record.copies = copies;
    for (std::size_t i = 0; i < preference.size(); ++i) record.preference |= std::uint64_t{preference[i]} << 4 * i;
    return PathChoice(record);
}

LivePaths live_of(std::uint32_t fit, std::uint32_t suspect, std::uint32_t spare, const Order& by_rank) {
    LivePaths live;
    live.fit = fit;
    live.suspect = suspect;
    live.carrying = fit | suspect | spare;
    live.reachable = live.carrying;
    live.by_rank.fill(by_rank.front());
    std::ranges::copy(by_rank, live.by_rank.begin());
    return live;
}

/// What first_fit says, by another way: walk the order, take suspects on the way, stop at the last fit one wanted.
std::uint32_t expected(std::uint32_t allowed, int copies, const LivePaths& live, const Order& order) {
    if ((allowed & live.carrying) == 0) return allowed & live.reachable;
    if ((allowed & live.fit) == 0) return allowed & live.carrying;
    std::uint32_t chosen = 0;
    for (const std::uint8_t index : order) {
        const std::uint32_t path = 1U << index & allowed;
        if (copies == 0) break;
        if ((path & live.fit) != 0) --copies, chosen |= path;
        if ((path & live.suspect) != 0) chosen |= path;
    }
    return chosen;
}

TEST(PathChoice, TakesTheFirstFitOnesAndTheSuspectsBeforeThem) {
    Order order{0, 1, 2, 3};
    do {
        for (std::uint32_t uses = 0; uses < 256; ++uses) {
            // Two bits a path: nothing, fit, suspect, spare.
            std::uint32_t fit = 0, suspect = 0, spare = 0;
            for (unsigned path = 0; path < 4; ++path) {
                const std::uint32_t use = uses >> 2 * path & 3;
                fit |= std::uint32_t{use == 1} << path;
                suspect |= std::uint32_t{use == 2} << path;
                spare |= std::uint32_t{use == 3} << path;
            }
            const LivePaths live = live_of(fit, suspect, spare, order);
            for (std::uint32_t allowed = 1; allowed <= all_four; ++allowed) {
                Order preferred;
                std::ranges::copy_if(order, std::back_inserter(preferred),
                                     [&](std::uint8_t index) { return (allowed >> index & 1) != 0; });
                const auto most = static_cast<std::uint8_t>(std::popcount(allowed));
                for (std::uint8_t copies = 1; copies <= most; ++copies) {
                    const std::uint32_t wanted = expected(allowed, copies, live, order);
                    ASSERT_EQ(choice_of(Mode::best, allowed, copies).of(live), wanted) << uses << ' ' << allowed;
                    ASSERT_EQ(choice_of(Mode::backup, allowed, copies, preferred).of(live), wanted)
                        << uses << ' ' << allowed;
                    const std::uint32_t copied = choice_of(Mode::duplicate, allowed, copies).of(live);
                    ASSERT_EQ(copied, copies == most ? allowed & live.carrying : wanted) << uses << ' ' << allowed;
                }
            }
        }
    } while (std::ranges::next_permutation(order).found);
}

TEST(PathChoice, OfNoClassTakesAllThatCarry) {
    EXPECT_EQ(PathChoice(std::size_t{4}).of(live_of(1, 2, 4, {3, 2, 1, 0})), 7U);
    EXPECT_EQ(PathChoice(std::size_t{2}).of(live_of(1, 2, 4, {1, 0})), 3U);
}

TEST(PathChoice, DrainedPathsAreTakenWhereNoOtherIsLeft) {
    LivePaths live = live_of(2, 0, 0, {0, 1});
    live.reachable = 3;
    EXPECT_EQ(choice_of(Mode::best, 1, 1).of(live), 1U) << "rather than nothing";
    EXPECT_EQ(choice_of(Mode::best, 3, 1).of(live), 2U);
    EXPECT_EQ(choice_of(Mode::duplicate, 3, 2).of(live), 2U);
}

TEST(PathChoice, ReservedPathsAreTakenWhereNoOtherIsFit) {
    const Order by_rank{0, 1, 2};
    LivePaths live = live_of(7, 0, 0, by_rank);
    live.reserved = 4;
    EXPECT_EQ(choice_of(Mode::duplicate, 7, 3).of(live), 3U);
    EXPECT_EQ(choice_of(Mode::best, 7, 3).of(live), 3U) << "nor among the best";
    EXPECT_EQ(PathChoice(std::size_t{3}).of(live), 3U) << "of no class";
    EXPECT_EQ(choice_of(Mode::duplicate, 4, 1).of(live), 4U) << "the class has no other";
    EXPECT_EQ(choice_of(Mode::backup, 7, 1, {2, 0, 1}).of(live), 4U) << "it is preferred";
    EXPECT_EQ(choice_of(Mode::backup, 7, 1, {0, 2, 1}).of(live), 1U);

    live = live_of(4, 1, 2, by_rank);
    live.reserved = 4;
    EXPECT_EQ(choice_of(Mode::best, 7, 1).of(live), 5U) << "beside what may be dying";
    EXPECT_EQ(choice_of(Mode::duplicate, 7, 3).of(live), 7U);
    live = live_of(5, 0, 2, by_rank);
    live.reserved = 4;
    EXPECT_EQ(choice_of(Mode::duplicate, 7, 3).of(live), 3U) << "one is enough";
    EXPECT_EQ(choice_of(Mode::duplicate, 6, 2).of(live), 6U) << "of another class";
    live = live_of(1, 4, 2, by_rank);
    live.reserved = 4;
    EXPECT_EQ(choice_of(Mode::duplicate, 7, 3).of(live), 3U) << "it may be dying itself";
}

TEST(PathChoice, SaysWhetherItNeedsTheRanks) {
    EXPECT_TRUE(choice_of(Mode::best, 3, 1).asks_for_the_best());
    EXPECT_TRUE(choice_of(Mode::duplicate, 3, 1).asks_for_the_best());
    EXPECT_FALSE(choice_of(Mode::duplicate, 3, 2).asks_for_the_best());
    EXPECT_FALSE(choice_of(Mode::backup, 3, 1, {1, 0}).asks_for_the_best());
}

}  // namespace
}  // namespace ropewalk::dataplane::tunnel
