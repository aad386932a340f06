#include "dataplane/packet/checksum.hpp"

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

}  // namespace
}  // namespace ropewalk::dataplane::packet
