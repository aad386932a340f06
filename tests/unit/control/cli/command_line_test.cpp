#include "control/cli/command_line.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "control/cli/sample.hpp"
#include "control/cli/version.hpp"

namespace ropewalk::control::cli {
namespace {

struct Outcome {
    int status;
    std::string printed;
};

Outcome run(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "ropewalk");
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int status = run_command_line(static_cast<int>(arguments.size()), arguments.data());
    return {status, testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr()};
}

TEST(CommandLine, TheVersionIsAnOptionAndACommand) {
    for (const char* word : {"--version", "version"}) {
        const Outcome outcome = run({word});
        EXPECT_EQ(outcome.status, 0);
        EXPECT_EQ(outcome.printed, version_line() + "\n");
    }
}

TEST(CommandLine, StatusIsTheSummary) {
    EXPECT_EQ(run({"status"}).status, run({"show", "summary"}).status);
    const Outcome nobody = run({"status", "--gateway", "nobody-here"});
    EXPECT_EQ(nobody.status, 1);
    EXPECT_NE(nobody.printed.find("nobody-here"), std::string::npos);
    EXPECT_EQ(nobody.printed, run({"show", "summary", "--gateway", "nobody-here"}).printed);
}

TEST(CommandLine, AloneItShowsWhatRunsOrSaysWhatToDoFirst) {
    const Outcome alone = run({});
    if (!find_gateways().empty()) {
        EXPECT_NE(alone.printed.find("gateway "), std::string::npos);
        return;
    }
    EXPECT_EQ(alone.status, 0);
    for (const char* step : {"ropewalk genkey", "ropewalk check", "ropewalk-control --config", "ropewalk-dataplane"})
        EXPECT_NE(alone.printed.find(step), std::string::npos) << alone.printed;
}

TEST(CommandLine, AnUnknownWordIsWrongUsage) {
    const Outcome outcome = run({"statos"});
    EXPECT_EQ(outcome.status, 2);
    EXPECT_NE(outcome.printed.find("statos"), std::string::npos);
}

}  // namespace
}  // namespace ropewalk::control::cli
