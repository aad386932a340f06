#include "dataplane/view/spi_table.hpp"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace ropewalk::dataplane::view {
namespace {

TEST(SpiTable, an_empty_one_ends_every_search) {
    const view::SpiTable table;
    EXPECT_EQ(table.find(0), SpiTable::none);
    EXPECT_EQ(table.find(256), SpiTable::none);
    EXPECT_EQ(table.find(0xffffffff), SpiTable::none);
}

TEST(SpiTable, agrees_with_a_map_and_finds_nothing_that_is_not_there) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        std::mt19937_64 random(seed);
        std::map<std::uint32_t, std::uint32_t> expected;
        const std::uint64_t count = random() % 1025;
        // Few low bits differ in every second seed, so that searches step over many full cells.
        const unsigned shift = seed % 2 == 0 ? 16 : 0;
        while (expected.size() < count)
            expected[static_cast<std::uint32_t>((random() % 0xf000 + 256) << shift)] = expected.size() & 0xffff;
        view::SpiTable table(expected.size());
        for (const auto& [spi, tunnel] : expected) table.insert(spi, tunnel);
        for (const auto& [spi, tunnel] : expected) ASSERT_EQ(table.find(spi), tunnel) << "seed " << seed;
        for (int i = 0; i < 1000; ++i) {
            const auto spi = static_cast<std::uint32_t>(random());
            if (!expected.contains(spi)) {
                ASSERT_EQ(table.find(spi), SpiTable::none) << "seed " << seed;
            }
        }
        ASSERT_EQ(table.find(0), SpiTable::none) << "0 is reserved";
    }
}

TEST(SpiTable, a_second_insert_of_an_spi_replaces_the_first) {
    view::SpiTable table(2);
    table.insert(0x1000, 1);
    table.insert(0x1000, 2);
    EXPECT_EQ(table.find(0x1000), 2U);
}

}  // namespace
}  // namespace ropewalk::dataplane::view
