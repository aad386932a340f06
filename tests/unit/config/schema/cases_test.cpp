#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "config/schema/read.hpp"

namespace ropewalk::config::schema {
namespace {

namespace fs = std::filesystem;

const fs::path folder = fs::path(ROPEWALK_CASES_DIR) / "yaml";

/// Every file below the folder, by its path from there.
std::vector<std::string> case_names() {
    std::vector<std::string> names;
    std::error_code none_there;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder, none_there)) {
        if (entry.is_regular_file()) names.push_back(fs::relative(entry.path(), folder).string());
    }
    std::ranges::sort(names);
    return names;
}

/// The problems that a case expects, written as to_string() writes them. `# expect KEY: found ...` stands at the end of
/// the line it speaks of or on a line of its own below; above the first line of YAML it speaks of the whole file.
std::vector<std::string> expectations_of(const std::string& text, const std::string& name) {
    constexpr std::string_view mark = "# expect ";
    std::vector<std::string> expected;
    std::istringstream lines(text);
    std::string line, place = name;
    for (int number = 1; std::getline(lines, line); ++number) {
        const std::size_t first = line.find_first_not_of(' ');
        if (first != std::string::npos && line[first] != '#') place = fmt::format("{}:{}", name, number);
        const std::size_t at = line.find(mark);
        if (at != std::string::npos) expected.push_back(place + ": " + line.substr(at + mark.size()));
    }
    return expected;
}

/// The problem as text, or the expectation that ends in "..." and begins as this text does.
std::string text_of(const Problem& problem, const std::vector<std::string>& expected) {
    constexpr std::string_view open_end = "...";
    const std::string text = to_string(problem);
    const auto met = std::ranges::find_if(expected, [&](std::string_view one) {
        return one.ends_with(open_end) && text.starts_with(one.substr(0, one.size() - open_end.size()));
    });
    return met == expected.end() ? text : *met;
}

class YamlCase : public ::testing::TestWithParam<std::string> {};

TEST_P(YamlCase, has_the_problems_its_comments_expect) {
    std::stringstream text;
    text << std::ifstream(folder / GetParam()).rdbuf();
    const std::vector<std::string> expected = expectations_of(text.str(), GetParam());
    ASSERT_FALSE(expected.empty()) << "no line says '# expect ...'";
    const auto gateway = read_gateway_text(text.str(), GetParam());
    ASSERT_FALSE(gateway) << "was accepted";
    std::vector<std::string> found;
    for (const Problem& problem : gateway.error()) {
        EXPECT_FALSE(problem.allowed.empty()) << to_string(problem);
        found.push_back(text_of(problem, expected));
    }
    EXPECT_EQ(fmt::format("{}\n", fmt::join(expected, "\n")), fmt::format("{}\n", fmt::join(found, "\n")));
}

/// Named after the file, so that --gtest_filter finds it.
INSTANTIATE_TEST_SUITE_P(Refused, YamlCase, ::testing::ValuesIn(case_names()), [](const auto& one) {
    std::string name = fs::path(one.param).replace_extension();
    for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    return name;
});

TEST(YamlCases, are_there) {
    EXPECT_FALSE(case_names().empty()) << "no case below " << folder;
}

}  // namespace
}  // namespace ropewalk::config::schema
