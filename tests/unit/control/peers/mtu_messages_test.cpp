#include "control/peers/mtu_messages.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace ropewalk::control::peers {
namespace {

const MtuProbe probe{7, 0x01020304, 1500};
const MtuAnswer answer{probe, 1430};

TEST(MtuMessages, StandByteForByteWhereTheyAreDocumented) {
    using Bytes = std::array<std::uint8_t, mtu_message_bytes>;
    EXPECT_EQ(encode(probe), (Bytes{4, 1, 7, 0, 1, 2, 3, 4, 0x05, 0xdc, 0, 0}));
    EXPECT_EQ(encode(answer), (Bytes{5, 1, 7, 0, 1, 2, 3, 4, 0x05, 0xdc, 0x05, 0x96}));
}

TEST(MtuMessages, ComeBackAsTheyWent) {
    for (const std::uint32_t number : {0U, 1U, 0x80000000U, 0xffffffffU})
        for (const std::uint16_t bytes : {0, 255, 256, 65535}) {
            const MtuProbe sent{255, number, bytes};
            EXPECT_EQ(decode_mtu_probe(encode(sent)), sent);
            EXPECT_EQ(decode_mtu_answer(encode(MtuAnswer{sent, bytes})), (MtuAnswer{sent, bytes}));
        }
}

TEST(MtuMessages, PaddingAndLaterLayoutsAreAccepted) {
    const auto bytes = encode(probe);
    std::vector<std::uint8_t> longer(bytes.begin(), bytes.end());
    longer[1] = 2;
    longer.resize(400, 0xff);
    EXPECT_EQ(decode_mtu_probe(longer), probe);
}

TEST(MtuMessages, WhatIsMalformedIsNone) {
    const auto good = encode(probe);
    for (std::size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(decode_mtu_probe({good.data(), size})) << size;
    EXPECT_FALSE(decode_mtu_answer(good));
    EXPECT_FALSE(decode_mtu_probe(encode(answer)));
    auto without_layout = good;
    without_layout[1] = 0;
    EXPECT_FALSE(decode_mtu_probe(without_layout));
}

}  // namespace
}  // namespace ropewalk::control::peers
