#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "dataplane/launcher/levels.hpp"

namespace ropewalk::dataplane::launcher {
namespace {

using Levels = std::vector<std::string_view>;

const Levels newest{"x86-64-v4", "x86-64-v3", "x86-64-v2"}, older{"x86-64-v3", "x86-64-v2"};

TEST(Launcher, TakesTheBestThatTheProcessorHas) {
    EXPECT_EQ(choose_level("", newest), "x86-64-v4");
    EXPECT_EQ(choose_level("", older), "x86-64-v3");
    EXPECT_EQ(choose_level("", Levels{"x86-64-v2"}), "x86-64-v2");
}

TEST(Launcher, TakesTheOneAskedFor) {
    for (const std::string_view level : newest) EXPECT_EQ(choose_level(level, newest), level);
}

TEST(Launcher, RefusesWhatTheProcessorLacks) {
    const auto refused = choose_level("x86-64-v4", older);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message,
              "ROPEWALK_MARCH asks for x86-64-v4, which this processor has not; it has x86-64-v3, x86-64-v2, or unset "
              "ROPEWALK_MARCH for the best");
}

TEST(Launcher, RefusesAnUnknownWord) {
    for (const std::string_view word : {"native", "v3", "x86-64-v5", "x86-64-v", " x86-64-v3"}) {
        const auto refused = choose_level(word, newest);
        ASSERT_FALSE(refused) << word;
        EXPECT_NE(refused.error().message.find("x86-64-v4, x86-64-v3, x86-64-v2"), std::string::npos);
    }
}

TEST(Launcher, RefusesAProcessorBelowTheLeast) {
    EXPECT_FALSE(choose_level("", {}));
    EXPECT_FALSE(choose_level("x86-64-v2", {}));
}

}  // namespace
}  // namespace ropewalk::dataplane::launcher
