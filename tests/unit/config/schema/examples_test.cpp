#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "config/region/verify.hpp"
#include "config/schema/read.hpp"
#include "config/snapshot/build.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::config {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> example_names() {
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(ROPEWALK_EXAMPLES_DIR)) {
        names.push_back(entry.path().filename().string());
    }
    std::ranges::sort(names);
    return names;
}

class Example : public ::testing::TestWithParam<std::string> {};

TEST_P(Example, is_read_and_makes_a_snapshot_that_verifies) {
    const auto gateway = schema::read_gateway_file(fmt::format("{}/{}", ROPEWALK_EXAMPLES_DIR, GetParam()));
    ASSERT_TRUE(gateway) << to_string(gateway.error().front());
    const auto bytes = snapshot::build(*gateway, tests::unit::resolved_for(*gateway), 1);
    ASSERT_TRUE(bytes) << bytes.error().message;
    const auto verified = region::verify(*bytes, 1);
    EXPECT_TRUE(verified) << verified.error().message;
}

INSTANTIATE_TEST_SUITE_P(All, Example, ::testing::ValuesIn(example_names()));

TEST(Examples, the_promised_ones_are_there) {
    const std::vector<std::string> names = example_names();
    for (const char* name :
         {"minimal.yaml", "duplicate.yaml", "classes.yaml", "hub.yaml", "ipv6.yaml", "pci.yaml", "nics.yaml"}) {
        EXPECT_TRUE(std::ranges::count(names, name)) << name;
    }
}

}  // namespace
}  // namespace ropewalk::config
