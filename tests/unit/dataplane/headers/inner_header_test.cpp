#include "dataplane/headers/inner_header.hpp"

#include <optional>

#include <gtest/gtest.h>

#include "tests/packets/inner_packet.hpp"
#include "tests/packets/loose_packet.hpp"

namespace ropewalk::dataplane::headers {
namespace {

using tests::packets::Bytes;
using tests::packets::destination_options;
using tests::packets::fragment_header;
using tests::packets::hop_by_hop;
using tests::packets::ip_packet;
using tests::packets::IpFields;
using tests::packets::LoosePacket;
using tests::packets::packet_of_size;
using tests::packets::v6_fields;
using tests::packets::with_extension_headers;

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
    EXPECT_TRUE(inner->has_upper_layer);
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
    EXPECT_TRUE(inner->has_upper_layer);
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
    EXPECT_TRUE(read(packet_of_size(fields, 60, 1))->has_upper_layer);
    fields.flags_fragment = 0x2001;
    EXPECT_FALSE(read(packet_of_size(fields, 60, 1))->has_upper_layer);
}

TEST(InnerHeader, extension_headers_of_ipv6_count_as_header) {
    const Bytes packet = packet_of_size(v6_fields(), 100, 1);
    const auto inner = read(with_extension_headers(packet, {{hop_by_hop}, {destination_options, 24}}));
    ASSERT_TRUE(inner);
    EXPECT_EQ(inner->total_size, 132);
    EXPECT_EQ(inner->header_size, 72);
    EXPECT_EQ(inner->protocol, 17);
    EXPECT_TRUE(inner->has_upper_layer);
    EXPECT_FALSE(read(with_extension_headers(packet, {{fragment_header, 8, 0x0008}}))->has_upper_layer);
}

TEST(InnerHeader, extension_headers_are_no_reason_to_refuse_a_packet) {
    Bytes packet = with_extension_headers(packet_of_size(v6_fields(), 48, 1), {{hop_by_hop}});
    packet[41] = 0xff;
    ASSERT_TRUE(read(packet)) << "a header longer than the packet";
    EXPECT_EQ(read(packet)->header_size, 40);
    EXPECT_FALSE(read(packet)->has_upper_layer);

    packet = ip_packet(v6_fields(), {});
    packet[6] = hop_by_hop;
    ASSERT_TRUE(read(packet)) << "a header that is not there";
    EXPECT_FALSE(read(packet)->has_upper_layer);
}

TEST(InnerHeader, extension_headers_are_not_read_beyond_the_first_segment) {
    const Bytes packet = with_extension_headers(packet_of_size(v6_fields(), 100, 1), {{hop_by_hop, 64}});
    LoosePacket loose(cut(packet, 60), {0, 0});
    headers::InnerHeader inner{};
    ASSERT_TRUE(headers::read_inner_header(loose.packet(), static_cast<std::uint32_t>(packet.size()), inner));
    EXPECT_FALSE(inner.has_upper_layer);
}

TEST(InnerHeader, ipv4_has_no_extension_headers) {
    IpFields fields;
    for (const std::uint8_t protocol : {hop_by_hop, fragment_header, destination_options}) {
        fields.protocol = protocol;
        const auto inner = read(packet_of_size(fields, 60, 1));
        ASSERT_TRUE(inner);
        EXPECT_EQ(inner->protocol, protocol);
        EXPECT_EQ(inner->header_size, 20);
        EXPECT_TRUE(inner->has_upper_layer);
    }
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
