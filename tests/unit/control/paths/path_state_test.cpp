#include "control/paths/path_state.hpp"

#include <set>

#include <gtest/gtest.h>

namespace ropewalk::control::paths {
namespace {

TEST(PathState, HasAWordForEach) {
    std::set<std::string_view> words;
    for (unsigned state = 0; state <= static_cast<unsigned>(PathState::metered_idle); ++state)
        words.insert(word_of(static_cast<PathState>(state)));
    EXPECT_EQ(words, (std::set<std::string_view>{"unknown", "init", "up", "suspect", "down", "lossy", "slow", "stale",
                                                 "metered-idle"}));
}

TEST(PathState, TrafficReliesOnWhatIsUpHoweverWell) {
    for (const PathState fit : {PathState::up, PathState::lossy, PathState::slow, PathState::metered_idle})
        EXPECT_TRUE(is_fit(fit));
    for (const PathState unfit : {PathState::unknown, PathState::init, PathState::suspect, PathState::down})
        EXPECT_FALSE(is_fit(unfit));
}

}  // namespace
}  // namespace ropewalk::control::paths
