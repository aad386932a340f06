#include "dataplane/crypto/aes_gcm.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "tests/packets/bytes.hpp"
#include "tests/packets/reference_gcm.hpp"
#include "tests/unit/dataplane/crypto/aes_gcm_vectors.hpp"

namespace ropewalk::dataplane::crypto {
namespace {

using config::Cipher;
using tests::packets::Bytes;
using tests::packets::from_hex;
using tests::packets::joined;
using tests::packets::pattern;
using tests::packets::read_be32;
using tests::packets::read_be64;
using tests::packets::reference_seal;
using tests::packets::to_hex;
using tests::unit::EspVector;

constexpr std::size_t icv_size = 16;

AesGcm key_of(const Bytes& key) {
    std::array<std::uint8_t, 32> padded{};
    std::copy(key.begin(), key.end(), padded.begin());
    return {key.size() == 32 ? Cipher::aes_256_gcm : Cipher::aes_128_gcm, padded};
}

/// Salt and IV, and an AAD of any bytes: the program's have the same number in both, vectors have not.
NonceAndAad nonce_of(const Bytes& nonce, const Bytes& aad) {
    NonceAndAad out{};
    std::copy_n(nonce.begin(), 4, out.salt.begin());
    out.iv = read_be64(nonce, 4);
    out.spi = read_be32(aad, 0);
    out.sequence = read_be64(aad, 4);
    return out;
}

Bytes sealed_by_us(const AesGcm& key, const Bytes& plaintext, const NonceAndAad& nonce) {
    Bytes text = joined({plaintext, Bytes(icv_size)});
    key.seal(text.data(), plaintext.size(), nonce);
    return text;
}

class EspVectors : public ::testing::TestWithParam<EspVector> {};

TEST_P(EspVectors, are_sealed_and_opened_to_the_published_bytes) {
    const EspVector& vector = GetParam();
    const AesGcm key = key_of(from_hex(vector.key));
    const NonceAndAad nonce = nonce_of(from_hex(vector.nonce), from_hex(vector.aad));
    const Bytes plaintext = from_hex(vector.plaintext);
    EXPECT_EQ(to_hex(sealed_by_us(key, plaintext, nonce)), vector.sealed) << vector.name;

    Bytes text = from_hex(vector.sealed);
    EXPECT_TRUE(key.open(text.data(), plaintext.size(), nonce)) << vector.name;
    text.resize(plaintext.size());
    EXPECT_EQ(to_hex(text), vector.plaintext) << vector.name;
}

TEST_P(EspVectors, are_refused_with_any_bit_of_ciphertext_or_icv_flipped) {
    const EspVector& vector = GetParam();
    const AesGcm key = key_of(from_hex(vector.key));
    const NonceAndAad nonce = nonce_of(from_hex(vector.nonce), from_hex(vector.aad));
    const Bytes sealed = from_hex(vector.sealed);
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        Bytes damaged = sealed;
        damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        ASSERT_FALSE(key.open(damaged.data(), sealed.size() - icv_size, nonce)) << vector.name << ", bit " << bit;
    }
}

TEST_P(EspVectors, are_refused_with_any_bit_of_nonce_or_aad_flipped) {
    const EspVector& vector = GetParam();
    const AesGcm key = key_of(from_hex(vector.key));
    const Bytes nonce = from_hex(vector.nonce), aad = from_hex(vector.aad);
    for (std::size_t bit = 0; bit < 96; ++bit) {
        Bytes wrong_nonce = nonce, wrong_aad = aad;
        wrong_nonce[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        wrong_aad[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        Bytes text = from_hex(vector.sealed);
        const std::size_t size = text.size() - icv_size;
        ASSERT_FALSE(key.open(text.data(), size, nonce_of(wrong_nonce, aad))) << vector.name << ", nonce bit " << bit;
        text = from_hex(vector.sealed);
        ASSERT_FALSE(key.open(text.data(), size, nonce_of(nonce, wrong_aad))) << vector.name << ", AAD bit " << bit;
    }
}

INSTANTIATE_TEST_SUITE_P(draft_mcgrew, EspVectors, ::testing::ValuesIn(tests::unit::esp_vectors));

TEST(AesGcm, agrees_with_openssl_on_a_thousand_random_packets) {
    std::mt19937_64 random(1);
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
        const Bytes key = pattern(random() % 2 == 0 ? 16 : 32, seed);
        const Bytes nonce = pattern(12, seed + 10'000), aad = pattern(12, seed + 20'000);
        const std::size_t most = seed % 10 == 0 ? 9200 : 1500;
        const Bytes plaintext = pattern(1 + random() % most, seed + 30'000);
        const AesGcm ours = key_of(key);
        const Bytes expected = reference_seal(key, nonce, aad, plaintext);
        ASSERT_EQ(sealed_by_us(ours, plaintext, nonce_of(nonce, aad)), expected)
            << "seed " << seed << ", " << plaintext.size() << " bytes";
        Bytes text = expected;
        ASSERT_TRUE(ours.open(text.data(), plaintext.size(), nonce_of(nonce, aad))) << "seed " << seed;
        text.resize(plaintext.size());
        ASSERT_EQ(text, plaintext) << "seed " << seed;
    }
}

TEST(AesGcm, aes_128_uses_the_first_16_bytes_of_the_key_only) {
    const Bytes plaintext = pattern(100, 3);
    const NonceAndAad nonce = nonce_of(pattern(12, 4), pattern(12, 5));
    std::array<std::uint8_t, 32> one{}, other{};
    one.fill(7);
    other.fill(7);
    other[16] = 8;
    const AesGcm first(Cipher::aes_128_gcm, one), second(Cipher::aes_128_gcm, other);
    EXPECT_EQ(sealed_by_us(first, plaintext, nonce), sealed_by_us(second, plaintext, nonce));
    const AesGcm wide(Cipher::aes_256_gcm, one), other_wide(Cipher::aes_256_gcm, other);
    EXPECT_NE(sealed_by_us(wide, plaintext, nonce), sealed_by_us(other_wide, plaintext, nonce));
}

TEST(AesGcm, names_its_engine) {
    EXPECT_EQ(AesGcm::engine().rfind("ipsec-mb ", 0), 0U) << AesGcm::engine();
}

}  // namespace
}  // namespace ropewalk::dataplane::crypto
