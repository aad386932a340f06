#include "control/commands/request.hpp"

#include <gtest/gtest.h>

#include "control/commands/line_buffer.hpp"

namespace ropewalk::control::commands {
namespace {

using Command = Request::Command;

TEST(ReadRequest, takes_the_word_of_an_object) {
    EXPECT_EQ(read_request(R"({"command": "status"})").command, Command::status);
    EXPECT_EQ(read_request(R"({"more": [1], "command": "reload"})").command, Command::reload);
    const Request drain = read_request(R"({"command": "drain path", "path": "hub/lte"})");
    EXPECT_EQ(drain.command, Command::drain_path);
    EXPECT_EQ(drain.path, "hub/lte");
    EXPECT_EQ(read_request(R"({"command": "use path", "path": ""})").command, Command::use_path);
}

TEST(ReadRequest, knows_nothing_else) {
    for (const char* line :
         {"", "status", "\"status\"", "[\"status\"]", "null", "{", "{}", R"({"command": null})",
          R"({"command": "drain path"})", R"({"command": "use path", "path": ["lte"]})", R"({"command": ["status"]})",
          R"({"command": "Status"})", R"({"command": "status"} {})", "\xff"})
        EXPECT_EQ(read_request(line).command, Command::unknown) << line;
}

TEST(ReadRequest, is_not_exhausted_by_depth) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    EXPECT_EQ(read_request(deep).command, Command::unknown);
    EXPECT_EQ(read_request(R"({"command":)" + deep + "}").command, Command::unknown);
}

TEST(LineBuffer, makes_lines_of_pieces) {
    LineBuffer buffer;
    buffer.append("one");
    EXPECT_FALSE(buffer.next());
    buffer.append("\n\ntwo\nthr");
    EXPECT_EQ(buffer.next(), "one");
    EXPECT_EQ(buffer.next(), "");
    EXPECT_EQ(buffer.next(), "two");
    EXPECT_FALSE(buffer.next());
    EXPECT_FALSE(buffer.is_overlong());
}

TEST(LineBuffer, tells_what_waits_too_long_for_its_end) {
    LineBuffer buffer;
    buffer.append(std::string(LineBuffer::longest_line, 'x'));
    EXPECT_FALSE(buffer.is_overlong());
    buffer.append("x");
    EXPECT_TRUE(buffer.is_overlong());
}

}  // namespace
}  // namespace ropewalk::control::commands
