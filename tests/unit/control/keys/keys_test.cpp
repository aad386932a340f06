#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <numeric>

#include <gtest/gtest.h>

#include "control/keys/base64.hpp"
#include "control/keys/derive.hpp"
#include "control/keys/key_file.hpp"
#include "tests/packets/temporary_folder.hpp"

namespace ropewalk::control::keys {
namespace {

using config::Cipher;
using tests::packets::TemporaryFolder;

StaticKey counting_key() {
    StaticKey key;
    std::iota(key.begin(), key.end(), std::uint8_t{0});
    return key;
}

template <std::size_t N>
std::string hex(const std::array<std::uint8_t, N>& bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

// Expected values computed by the HKDF of Python's `cryptography`: key 00 01 .. 1f, salt "ropewalk static key 1".
TEST(Derive, AgreesWithAnotherImplementation) {
    const auto keys = derive(counting_key(), "edge", "hub", Cipher::aes_256_gcm);
    ASSERT_TRUE(keys);
    EXPECT_EQ(hex(keys->key), "24b0736099a8e055f80058c06c18ea2335f43d9b5caf426bd679f9d1c9238841");
    EXPECT_EQ(hex(keys->salt), "b76812c4");
    EXPECT_EQ(keys->spi, 0x4f4963c6U);
    EXPECT_EQ(keys->key_id, 0x7e1b69cf5cd23b47U);
}

TEST(Derive, DirectionAndCipherGiveOtherKeys) {
    const auto back = derive(counting_key(), "hub", "edge", Cipher::aes_256_gcm);
    ASSERT_TRUE(back);
    EXPECT_EQ(hex(back->key), "8217358b6a394033f3d11c84e094251156e25debcf6adaada4185f7c179020d5");
    EXPECT_EQ(back->key_id, 0xc02c93ec7c93d88cU);
    const auto other_cipher = derive(counting_key(), "edge", "hub", Cipher::aes_128_gcm);
    ASSERT_TRUE(other_cipher);
    EXPECT_EQ(hex(other_cipher->key).substr(0, 32), "94f7e42fdde59b1540bed002a7c42861");
    EXPECT_EQ(other_cipher->spi, 0xe81f6d77U);
}

/// This pair of names yields an SPI of 2, which is reserved (RFC 4303 section 2.1).
TEST(Derive, ReservedSpisAreMovedOutOfTheirRange) {
    const auto keys = derive(counting_key(), "edge994685", "hub", Cipher::aes_256_gcm);
    ASSERT_TRUE(keys);
    EXPECT_EQ(hex(keys->salt), "c22e7ceb");
    EXPECT_EQ(keys->spi, 0x102U);
}

TEST(Derive, BothGatewaysOfATunnelAgree) {
    config::schema::Tunnel to_hub, to_edge;
    to_hub.peer = "hub";
    to_edge.peer = "edge";
    const auto edge = derive_tunnel_keys(counting_key(), "edge", to_hub);
    const auto hub = derive_tunnel_keys(counting_key(), "hub", to_edge);
    ASSERT_TRUE(edge && hub);
    EXPECT_EQ(edge->tx_key, hub->rx_key);
    EXPECT_EQ(edge->rx_key, hub->tx_key);
    EXPECT_EQ(edge->tx_salt, hub->rx_salt);
    EXPECT_EQ(edge->tx_spi, hub->rx_spi);
    EXPECT_EQ(edge->tx_key_id, hub->rx_key_id);
    EXPECT_NE(edge->tx_key, edge->rx_key);
}

TEST(Base64, WritesAndReads) {
    for (std::size_t size = 0; size < 70; ++size) {
        std::vector<std::uint8_t> bytes(size);
        std::iota(bytes.begin(), bytes.end(), std::uint8_t{200});
        EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    }
    EXPECT_EQ(to_base64(std::vector<std::uint8_t>{'s', 'h', 'o', 'r', 't'}), "c2hvcnQ=");
}

TEST(Base64, RefusesWhatIsNotStrictlyBase64) {
    for (const char* text :
         {"c2hvcnQ", "c2hvcnQ==", "c2hv nQ=", "c2hvcn==", "=c2h", "c===", "A===", "c2hvcnQ=c2hvcnQ=", "c2hvcn-_"})
        EXPECT_FALSE(from_base64(text)) << text;
}

class KeyFileTest : public ::testing::Test {
protected:
    std::string write(const std::string& content, mode_t mode = 0600) const {
        std::ofstream(path) << content;
        ::chmod(path.c_str(), mode);
        return path;
    }
    std::string refusal() const {
        const auto key = read_key_file(path);
        return key ? "" : key.error().message;
    }

    TemporaryFolder folder;
    const std::string path = folder.path() + "/hub.key";
};

TEST_F(KeyFileTest, ReadsOneKeyAmongComments) {
    write("# edge and hub\n\n  AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=  # since May\r\n");
    const auto key = read_key_file(path);
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(*key, counting_key());
}

TEST_F(KeyFileTest, ReadsWhatItWrites) {
    ASSERT_TRUE(write_key_file(path, counting_key()));
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0600U);
    EXPECT_EQ(read_key_file(path).value(), counting_key());
    EXPECT_FALSE(write_key_file(path, StaticKey{})) << "it must never overwrite a key";
    EXPECT_EQ(read_key_file(path).value(), counting_key());
}

TEST_F(KeyFileTest, AMissingFolderIsNamedWithTheCommandThatMakesIt) {
    const std::string missing = folder.path() + "/not-there";
    const auto written = write_key_file(missing + "/hub.key", counting_key());
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().message.find("install -d -m 700 " + missing), std::string::npos)
        << written.error().message;
    ASSERT_EQ(::mkdir(missing.c_str(), 0700), 0);
    EXPECT_TRUE(write_key_file(missing + "/hub.key", counting_key()));
}

TEST_F(KeyFileTest, NewKeysDiffer) {
    EXPECT_NE(make_static_key().value(), make_static_key().value());
}

TEST_F(KeyFileTest, EachThingThatIsWrongHasItsSentence) {
    EXPECT_NE(refusal().find("no such file; copy the peer's, or make the first one with `ropewalk genkey " + path),
              std::string::npos)
        << refusal();
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "holds no key"},
        {"# nothing but this\n", "holds no key"},
        {"c2hvcnQ=\n", "too short: 5 bytes; exactly 32"},
        {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIj\n", "too long: 36 bytes; exactly 32"},
        {"not base64 at all!\n", "not base64"},
        {std::string(100'000, 'A'), "longer than 4096 bytes"},
        {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
         "more than one line"}};
    for (const auto& [content, sentence] : cases) {
        write(content);
        EXPECT_NE(refusal().find(sentence), std::string::npos) << content.substr(0, 60) << ": " << refusal();
        EXPECT_NE(refusal().find(path), std::string::npos);
    }
}

TEST_F(KeyFileTest, RefusesFilesThatOthersMayUse) {
    const std::string good = key_line(counting_key());
    for (const mode_t mode : {0644U, 0640U, 0604U, 0620U, 0602U, 0610U, 0601U}) {
        write(good, mode);
        EXPECT_NE(refusal().find("chmod 600 " + path), std::string::npos) << mode;
    }
    write(good, 0644);
    EXPECT_NE(refusal().find("mode is 0644"), std::string::npos) << refusal();
    for (const mode_t mode : {0600U, 0400U, 0700U}) {
        write(good, mode);
        EXPECT_EQ(refusal(), "") << mode;
    }
}

TEST_F(KeyFileTest, RefusesFilesThatOthersMayReplace) {
    write(key_line(counting_key()));
    ASSERT_EQ(::chmod(folder.path().c_str(), 0770), 0);
    EXPECT_NE(refusal().find("the folder " + folder.path() + " has mode 0770"), std::string::npos) << refusal();
    EXPECT_NE(refusal().find("chmod go-w " + folder.path()), std::string::npos) << refusal();
    ASSERT_EQ(::chmod(folder.path().c_str(), 01777), 0);
    EXPECT_EQ(refusal(), "") << "with the sticky bit nobody else can remove it";
    ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
    EXPECT_EQ(refusal(), "");
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    ASSERT_EQ(::chown(path.c_str(), 1, 1), 0);
    EXPECT_NE(refusal().find("it belongs to user 1, who can put another key into it; chown root " + path),
              std::string::npos)
        << refusal();
    ASSERT_EQ(::chown(path.c_str(), 0, 0), 0);
    ASSERT_EQ(::chown(folder.path().c_str(), 1, 1), 0);
    EXPECT_NE(refusal().find("belongs to user 1, who can replace what is in it"), std::string::npos) << refusal();
}

TEST_F(KeyFileTest, RefusesWhatIsNoRegularFile) {
    ASSERT_EQ(::mkdir(path.c_str(), 0700), 0);
    EXPECT_NE(refusal().find("not a regular file"), std::string::npos);
    ASSERT_EQ(::rmdir(path.c_str()), 0);
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    EXPECT_NE(refusal().find("not a regular file"), std::string::npos) << "and it must not wait for a writer";
}

TEST_F(KeyFileTest, NoSentenceShowsTheKey) {
    write("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIj\n");
    EXPECT_EQ(refusal().find("AAECAwQ"), std::string::npos);
}

}  // namespace
}  // namespace ropewalk::control::keys
