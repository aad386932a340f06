#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "config/schema/key.hpp"

namespace ropewalk::config::schema {
namespace {

TEST(Keys, stand_in_the_operators_table_as_their_rows_say) {
    std::ifstream file(ROPEWALK_DOCS_DIR "/operations/keys.md");
    std::ostringstream page;
    page << file.rdbuf();
    ASSERT_FALSE(page.str().empty());
    for (const KeyText& key : key_texts()) {
        const std::string row = fmt::format("\n| `{}` | {} | {} | {} |\n", key.key, key.fallback,
                                            key.effect == Effect::hot ? "hot" : "restart", key.help);
        EXPECT_NE(page.str().find(row), std::string::npos) << "docs/operations/keys.md lacks" << row;
    }
}

}  // namespace
}  // namespace ropewalk::config::schema
