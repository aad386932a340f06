#include "config/region/drop_reasons.hpp"

#include <cctype>
#include <set>

#include <gtest/gtest.h>

#include "config/region/limits.hpp"

namespace ropewalk::config::region {
namespace {

TEST(DropReasons, fit_into_the_counters_of_the_shared_memory) {
    EXPECT_GT(config::region::drop_reason_count, 0U);
    EXPECT_LE(config::region::drop_reason_count, config::region::max_drop_reasons);
}

TEST(DropReasons, have_names_and_texts_of_their_own) {
    std::set<std::string_view> names, texts;
    for (const DropReasonText& reason : config::region::drop_reason_texts) {
        EXPECT_TRUE(names.insert(reason.name).second) << reason.name;
        EXPECT_TRUE(texts.insert(reason.text).second) << reason.text;
        EXPECT_FALSE(reason.text.empty()) << reason.name;
    }
}

TEST(DropReasons, names_can_stand_in_a_metric) {
    for (const DropReasonText& reason : config::region::drop_reason_texts)
        for (const char character : reason.name)
            EXPECT_TRUE(character == '_' || std::islower(static_cast<unsigned char>(character)) != 0) << reason.name;
}

TEST(DropReasons, are_indexed_by_the_enum_and_stand_in_the_order_of_the_way) {
    EXPECT_EQ(config::region::drop_reason_texts[static_cast<std::size_t>(DropReason::duplicate)].name, "duplicate");
    EXPECT_EQ(config::region::drop_reason_texts[static_cast<std::size_t>(DropReason::inside_tx_full)].name,
              "inside_tx_full");
    for (std::size_t i = 1; i < config::region::drop_reason_count; ++i)
        EXPECT_GE(config::region::drop_reason_texts[i].stage, config::region::drop_reason_texts[i - 1].stage)
            << config::region::drop_reason_texts[i].name;
}

}  // namespace
}  // namespace ropewalk::config::region
