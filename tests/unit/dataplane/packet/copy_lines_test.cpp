#include "dataplane/packet/copy_lines.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include <gtest/gtest.h>

namespace ropewalk::dataplane::packet {
namespace {

constexpr std::size_t line = cache_line_bytes;

/// Two buffers of whole lines in one array, the second one `distance` bytes behind the first.
class CopyLines : public ::testing::TestWithParam<std::size_t> {
protected:
    static constexpr std::size_t size = 1536;
    alignas(4096) std::array<std::uint8_t, 4 * 4096> memory{};

    std::uint8_t* near() { return memory.data() + line; }
    std::uint8_t* far() { return near() + GetParam(); }

    void fill() {
        std::iota(memory.begin(), memory.end(), std::uint8_t{1});
        for (std::size_t i = 0; i < memory.size(); i += 251) memory[i] ^= 0x5a;
    }

    /// Copies and compares; bytes outside the lines that were copied must be as before.
    void expect_copied(std::uint8_t* to, const std::uint8_t* from, std::size_t offset, std::size_t bytes) {
        fill();
        const auto before = memory;
        copy_lines(to + offset, from + offset, bytes);
        ASSERT_TRUE(std::equal(to + offset, to + offset + bytes, before.data() + (from - memory.data()) + offset))
            << "offset " << offset << ", " << bytes << " bytes";
        const auto begin = static_cast<std::size_t>(to - memory.data()) + offset / line * line;
        const auto end = static_cast<std::size_t>(to - memory.data()) + (offset + bytes + line - 1) / line * line;
        for (std::size_t i = 0; i < memory.size(); ++i) {
            const bool copied = i >= begin && i < end;
            ASSERT_TRUE(copied || memory[i] == before[i]) << "offset " << offset << ", " << bytes << " bytes, at " << i;
        }
    }
};

TEST_P(CopyLines, copies_what_is_asked_and_only_its_lines) {
    for (const std::size_t offset : {0, 1, 14, 50, 62, 63, 112, 128})
        for (const std::size_t bytes : {1, 2, 36, 63, 64, 65, 127, 128, 129, 1000, 1400}) {
            expect_copied(far(), near(), offset, bytes);
            expect_copied(near(), far(), offset, bytes);
        }
}

// Around a page apart, so that both directions of copying occur, and just not overlapping.
INSTANTIATE_TEST_SUITE_P(distances, CopyLines,
                         ::testing::Values(1536, 2048, 2368, 4096 - line, 4096, 4096 + line, 4736, 6144 + line, 8192));

TEST(CopyLinesUnaligned, buffers_that_begin_at_different_places_of_a_line_are_copied_exactly) {
    alignas(line) std::array<std::uint8_t, 512> memory{};
    std::iota(memory.begin(), memory.begin() + 100, std::uint8_t{1});
    const auto before = memory;
    copy_lines(memory.data() + 203, memory.data() + 10, 77);
    for (std::size_t i = 0; i < memory.size(); ++i)
        ASSERT_EQ(memory[i], i >= 203 && i < 280 ? before[i - 193] : before[i]) << i;
}

}  // namespace
}  // namespace ropewalk::dataplane::packet
