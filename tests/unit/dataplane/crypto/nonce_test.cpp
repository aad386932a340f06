#include "dataplane/crypto/nonce.hpp"

#include <cstring>

#include <gtest/gtest.h>

#include "tests/packets/bytes.hpp"

namespace ropewalk::dataplane::crypto {
namespace {

using tests::packets::Bytes;
using tests::packets::to_hex;

Bytes bytes_of(const NonceAndAad& nonce) {
    Bytes bytes(sizeof nonce);
    std::memcpy(bytes.data(), &nonce, sizeof nonce);
    return bytes;
}

TEST(Nonce, is_salt_then_iv_and_the_aad_is_spi_then_the_whole_sequence_number) {
    NonceAndAad nonce;
    build_nonce(nonce, {0xa1, 0xa2, 0xa3, 0xa4}, 0xc0ffee01, 0x1122334455667788);
    const Bytes bytes = bytes_of(nonce);
    // RFC 4106 section 4: salt | IV; section 5: SPI | sequence high | sequence low.
    EXPECT_EQ(to_hex(std::span(bytes).first(12)),
              "a1a2a3a4"
              "1122334455667788");
    EXPECT_EQ(to_hex(std::span(bytes).subspan(16, aad_bytes)),
              "c0ffee01"
              "11223344"
              "55667788");
}

TEST(Nonce, lies_where_the_cipher_is_pointed_to) {
    NonceAndAad nonce;
    build_nonce(nonce, {1, 2, 3, 4}, 256, 1);
    const auto* start = reinterpret_cast<const std::uint8_t*>(&nonce);
    EXPECT_EQ(nonce.salt.data() - start, 0);
    EXPECT_EQ(reinterpret_cast<const std::uint8_t*>(&nonce.spi) - start, 16);
    EXPECT_EQ(alignof(NonceAndAad), 32U);
}

TEST(Nonce, the_largest_and_the_smallest_numbers_keep_their_places) {
    NonceAndAad nonce;
    build_nonce(nonce, {0, 0, 0, 0}, 0xffffffff, 1);
    Bytes bytes = bytes_of(nonce);
    EXPECT_EQ(to_hex(std::span(bytes).first(28)),
              "000000000000000000000001"
              "00000000"
              "ffffffff0000000000000001");
    build_nonce(nonce, {0xff, 0xff, 0xff, 0xff}, 0, ~std::uint64_t{0});
    bytes = bytes_of(nonce);
    EXPECT_EQ(to_hex(std::span(bytes).first(28)),
              "ffffffffffffffffffffffff"
              "00000000"
              "00000000ffffffffffffffff");
}

}  // namespace
}  // namespace ropewalk::dataplane::crypto
