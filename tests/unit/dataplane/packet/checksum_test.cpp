#include "dataplane/packet/checksum.hpp"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace ropewalk::dataplane::packet {
namespace {

/// RFC 1071, with as many carries as there are.
std::uint16_t folded_by_steps(std::uint64_t sum) {
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(sum);
}

TEST(Checksum, folds_every_carry_however_many_there_are) {
    for (unsigned carry = 0; carry <= 0xffff; ++carry)
        for (const std::uint64_t low : {0U, 1U, 0x7fffU, 0xfffeU, 0xffffU})
            for (const unsigned shift : {16U, 32U, 48U}) {
                const std::uint64_t sum = std::uint64_t{carry} << shift | low;
                ASSERT_EQ(fold(sum), folded_by_steps(sum)) << sum;
                ASSERT_EQ(fold(~sum), folded_by_steps(~sum)) << ~sum;
            }
}

TEST(Checksum, of_many_bytes_is_the_sum_of_their_words_whatever_they_are_and_wherever_they_begin) {
    std::vector<std::uint8_t> bytes(9300);
    std::mt19937 random(1);
    for (const int filling : {0x00, 0xff, -1}) {
        for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(filling < 0 ? random() : filling);
        for (std::size_t size = 0; size < 300; ++size)
            for (const std::size_t at : {0U, 1U, 2U, 31U})
                ASSERT_EQ(sum_of_many(bytes.data() + at, size), sum_of(bytes.data() + at, size)) << at << ' ' << size;
        for (const std::size_t size : {1420U, 1499U, 9000U, 9217U})
            ASSERT_EQ(sum_of_many(bytes.data() + 4, size), sum_of(bytes.data() + 4, size)) << size;
    }
}

}  // namespace
}  // namespace ropewalk::dataplane::packet
