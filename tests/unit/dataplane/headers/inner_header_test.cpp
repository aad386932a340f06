#include "dataplane/headers/inner_header.hpp"

#include <optional>

#include <gtest/gtest.h>

#include "tests/packets/inner_packet.hpp"
#include "tests/packets/loose_packet.hpp"

namespace ropewalk::dataplane::headers {
namespace {

using tests::packets::Bytes;
using tests::packets::IpFields;
using tests::packets::LoosePacket;
using tests::packets::packet_of_size;
using tests::packets::v6_fields;

std::optional<headers::InnerHeader> read(const Bytes& bytes) {
    LoosePacket loose(bytes, {0, 0});
    headers::InnerHeader inner{};
    if (!headers::read_inner_header(loose.packet(), loose.packet().size(), inner)) return std::nullopt;
    return inner;
}

Bytes cut(const Bytes& bytes, std::size_t size) {
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

TEST(InnerHeader, ipv4) {
    IpFields fields;
    fields.traffic_class = 0xb9;
    const auto inner = read(packet_of_size(fields, 100, 1));
    ASSERT_TRUE(inner);
    EXPECT_EQ(inner->version, 4);
    EXPECT_EQ(inner->total_size, 100);
    EXPECT_EQ(inner->header_size, 20);
    EXPECT_EQ(inner->traffic_class, 0xb9);
    EXPECT_EQ(inner->protocol, 17);
    EXPECT_TRUE(inner->first_fragment);
}

TEST(InnerHeader, ipv6) {
    IpFields fields = v6_fields();
    fields.traffic_class = 0xb9;
    const auto inner = read(packet_of_size(fields, 100, 1));
    ASSERT_TRUE(inner);
    EXPECT_EQ(inner->version, 6);
    EXPECT_EQ(inner->total_size, 100);
    EXPECT_EQ(inner->header_size, 40);
    EXPECT_EQ(inner->traffic_class, 0xb9);
    EXPECT_EQ(inner->protocol, 17);
    EXPECT_TRUE(inner->first_fragment);
}

TEST(InnerHeader, is_refused_at_every_length_that_cuts_the_packet_and_read_with_bytes_behind_it) {
    for (const IpFields& fields : {IpFields{}, v6_fields()}) {
        Bytes packet = packet_of_size(fields, 80, 1);
        for (std::size_t size = 0; size < packet.size(); ++size) EXPECT_FALSE(read(cut(packet, size))) << size;
        for (int i = 0; i < 50; ++i) {
            packet.push_back(0xee);
            ASSERT_TRUE(read(packet));
            EXPECT_EQ(read(packet)->total_size, 80);
        }
    }
}

TEST(InnerHeader, options_of_ipv4_count_as_header_and_must_be_there) {
    Bytes packet = packet_of_size({}, 60, 1);
    packet[0] = 0x4f;
    ASSERT_TRUE(read(packet));
    EXPECT_EQ(read(packet)->header_size, 60);
    packet[3] = 59;
    EXPECT_FALSE(read(packet)) << "the header is longer than the packet";
    packet[0] = 0x44;
    EXPECT_FALSE(read(packet)) << "16 bytes are no header";
}

TEST(InnerHeader, later_fragments_are_told_from_the_first) {
    IpFields fields;
    fields.flags_fragment = 0x2000;
    EXPECT_TRUE(read(packet_of_size(fields, 60, 1))->first_fragment);
    fields.flags_fragment = 0x2001;
    EXPECT_FALSE(read(packet_of_size(fields, 60, 1))->first_fragment);
}

TEST(InnerHeader, no_other_version_passes) {
    for (unsigned version = 0; version < 16; ++version) {
        Bytes packet = packet_of_size({}, 60, 1);
        packet[0] = static_cast<std::uint8_t>(version << 4 | 5);
        packet[4] = packet[5] = 0;  // an IPv6 payload length that fits
        EXPECT_EQ(read(packet).has_value(), version == 4 || version == 6) << version;
    }
}

TEST(InnerHeader, an_ipv6_length_beyond_16_bits_is_refused) {
    Bytes packet = packet_of_size(v6_fields(), 80, 1);
    for (const std::uint16_t length : {0xffff, 0xffd8, 0xffe8}) {
        packet[4] = static_cast<std::uint8_t>(length >> 8);
        packet[5] = static_cast<std::uint8_t>(length);
        EXPECT_FALSE(read(packet)) << length;
    }
}

}  // namespace
}  // namespace ropewalk::dataplane::headers
