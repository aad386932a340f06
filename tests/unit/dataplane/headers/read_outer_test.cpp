#include "dataplane/headers/read_outer.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/packets/inner_packet.hpp"
#include "tests/packets/loose_packet.hpp"

namespace ropewalk::dataplane::headers {
namespace {

using config::Wire;
using config::region::DropReason;
using tests::packets::address_bytes;
using tests::packets::Bytes;
using tests::packets::from_hex;
using tests::packets::ip_packet;
using tests::packets::IpFields;
using tests::packets::joined;
using tests::packets::LoosePacket;
using tests::packets::pattern;
using tests::packets::udp_datagram;

constexpr std::uint16_t udp_port = 4500;
constexpr std::size_t ethernet = 14, payload_size = 60;

view::EndpointView endpoint_of(const std::string& address) {
    view::EndpointView endpoint{
        {}, udp_port, static_cast<std::uint8_t>(address_bytes(address).size() == 4 ? 4 : 6), Wire::ropewalk};
    const Bytes bytes = address_bytes(address);
    std::copy(bytes.begin(), bytes.end(), endpoint.address.begin());
    return endpoint;
}

const std::vector<view::EndpointView> endpoints{endpoint_of("203.0.113.9"), endpoint_of("2001:db8::9")};

IpFields outer_fields(int version) {
    IpFields fields;
    fields.source = version == 4 ? "198.51.100.10" : "2001:db8::a";
    fields.destination = version == 4 ? "203.0.113.9" : "2001:db8::9";
    return fields;
}

Bytes framed(const Bytes& packet) {
    const bool v4 = packet[0] >> 4 == 4;
    return joined({from_hex("0200000000aa 020000000001"), from_hex(v4 ? "0800" : "86dd"), packet});
}

Bytes frame_of(const IpFields& fields, std::uint16_t destination_port = udp_port) {
    return framed(ip_packet(fields, udp_datagram(9999, destination_port, pattern(payload_size, 1))));
}

struct Read {
    std::optional<DropReason> reason;
    headers::OuterPayload payload{};
};

Read read(const Bytes& frame) {
    LoosePacket loose(frame, {0, 0});
    Read result;
    result.reason = headers::read_outer(loose.packet(), endpoints, {}, result.payload);
    return result;
}

class ReadOuter : public ::testing::TestWithParam<int> {
protected:
    std::size_t ip_size() const { return GetParam() == 4 ? 20 : 40; }
    Bytes frame() const { return frame_of(outer_fields(GetParam())); }
    void set_udp_length(Bytes& bytes, std::uint16_t length) const {
        bytes[ethernet + ip_size() + 4] = static_cast<std::uint8_t>(length >> 8);
        bytes[ethernet + ip_size() + 5] = static_cast<std::uint8_t>(length);
    }
    void set_ip_length(Bytes& bytes, std::size_t length) const {
        const std::size_t at = ethernet + (GetParam() == 4 ? 2 : 4);
        bytes[at] = static_cast<std::uint8_t>(length >> 8);
        bytes[at + 1] = static_cast<std::uint8_t>(length);
    }
};

TEST_P(ReadOuter, finds_payload_endpoint_and_ecn) {
    IpFields fields = outer_fields(GetParam());
    fields.traffic_class = 0xbb;
    const Read result = read(frame_of(fields));
    ASSERT_EQ(result.reason, std::nullopt);
    EXPECT_EQ(result.payload.offset, ethernet + ip_size() + 8);
    EXPECT_EQ(result.payload.size, payload_size);
    EXPECT_EQ(result.payload.endpoint->family, GetParam());
    EXPECT_EQ(result.payload.ecn, 3);
}

TEST_P(ReadOuter, is_refused_at_every_length_that_cuts_the_frame) {
    const Bytes whole = frame();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Read result = read(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
        ASSERT_NE(result.reason, std::nullopt) << size;
        const bool headers_there = size >= ethernet + ip_size() + 8;
        EXPECT_EQ(result.reason, headers_there ? DropReason::outer_malformed : DropReason::not_for_us) << size;
    }
}

TEST_P(ReadOuter, does_not_take_ethernet_padding_for_payload) {
    Bytes padded = frame();
    padded.resize(padded.size() + 30, 0xee);
    const Read result = read(padded);
    ASSERT_EQ(result.reason, std::nullopt);
    EXPECT_EQ(result.payload.size, payload_size);
}

TEST_P(ReadOuter, lengths_must_fit_into_each_other) {
    const auto total = static_cast<std::uint16_t>(8 + payload_size);
    for (const unsigned length : {0U, 7U, total + 1U, 0xffffU}) {
        Bytes bytes = frame();
        set_udp_length(bytes, static_cast<std::uint16_t>(length));
        EXPECT_EQ(read(bytes).reason, DropReason::outer_malformed) << "UDP length " << length;
    }
    Bytes shorter = frame();
    set_udp_length(shorter, 8);
    EXPECT_EQ(read(shorter).payload.size, 0);
    const std::size_t own = GetParam() == 4 ? 20 : 0;
    for (const std::size_t length :
         {std::size_t{0}, own + 7, own + total + 1, std::size_t{0xffff}, std::size_t{0xffd8}, std::size_t{0xffe0}}) {
        Bytes bytes = frame();
        set_ip_length(bytes, length);
        EXPECT_EQ(read(bytes).reason, DropReason::outer_malformed) << "IP length " << length;
    }
}

TEST_P(ReadOuter, other_addresses_ports_and_protocols_are_not_for_us) {
    IpFields fields = outer_fields(GetParam());
    EXPECT_EQ(read(frame_of(fields, 4501)).reason, DropReason::not_for_us);
    fields.protocol = 6;
    EXPECT_EQ(read(frame_of(fields)).reason, DropReason::not_for_us);
    fields = outer_fields(GetParam());
    fields.destination = GetParam() == 4 ? "203.0.113.8" : "2001:db8::8";
    EXPECT_EQ(read(frame_of(fields)).reason, DropReason::not_for_us);
}

TEST_P(ReadOuter, an_endpoint_elsewhere_is_found_when_none_here_is_meant) {
    LoosePacket loose(frame(), {0, 0});
    headers::OuterPayload payload{};
    EXPECT_EQ(headers::read_outer(loose.packet(), {}, endpoints, payload), std::nullopt);
    EXPECT_TRUE(payload.endpoint == &endpoints[GetParam() == 4 ? 0 : 1]);
    const std::vector<view::EndpointView> here = endpoints;
    EXPECT_EQ(headers::read_outer(loose.packet(), here, endpoints, payload), std::nullopt);
    EXPECT_TRUE(payload.endpoint == &here[GetParam() == 4 ? 0 : 1]);
}

TEST_P(ReadOuter, every_port_of_an_endpoint_is_ours_and_those_beside_it_are_not) {
    std::vector<view::EndpointView> several = endpoints;
    for (view::EndpointView& endpoint : several) endpoint.shards = 4;
    const auto reason_at = [&](std::uint16_t port) {
        LoosePacket loose(frame_of(outer_fields(GetParam()), port), {0, 0});
        headers::OuterPayload payload{};
        return headers::read_outer(loose.packet(), several, {}, payload);
    };
    for (std::uint16_t port = udp_port; port < udp_port + 4; ++port) EXPECT_EQ(reason_at(port), std::nullopt) << port;
    for (const unsigned port : {0U, 1U, udp_port - 1U, udp_port + 4U, 65535U})
        EXPECT_EQ(reason_at(static_cast<std::uint16_t>(port)), DropReason::not_for_us) << port;
    for (view::EndpointView& endpoint : several) {
        endpoint.udp_port = 65534;
        endpoint.shards = 2;
    }
    EXPECT_EQ(reason_at(65535), std::nullopt);
    EXPECT_EQ(reason_at(65533), DropReason::not_for_us);
    EXPECT_EQ(reason_at(0), DropReason::not_for_us) << "ports do not wrap around";
}

TEST_P(ReadOuter, a_version_that_the_ether_type_contradicts_is_malformed) {
    Bytes bytes = frame();
    bytes[ethernet] ^= 0x20;
    EXPECT_EQ(read(bytes).reason, DropReason::outer_malformed);
}

TEST_P(ReadOuter, other_ether_types_are_not_for_us) {
    for (const char* type : {"0806", "8100", "88cc", "05dc"}) {
        Bytes bytes = frame();
        const Bytes digits = from_hex(type);
        std::copy(digits.begin(), digits.end(), bytes.begin() + 12);
        EXPECT_EQ(read(bytes).reason, DropReason::not_for_us) << type;
    }
}

TEST_P(ReadOuter, no_flipped_bit_of_the_headers_leads_beyond_the_frame) {
    const Bytes whole = frame();
    for (std::size_t bit = 0; bit < (ethernet + ip_size() + 8) * 8; ++bit) {
        Bytes damaged = whole;
        damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        const Read result = read(damaged);
        if (!result.reason) {
            ASSERT_LE(result.payload.offset + result.payload.size, whole.size()) << "bit " << bit;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(both_families, ReadOuter, ::testing::Values(4, 6));

TEST(ReadOuterIpv4, options_are_stepped_over) {
    Bytes packet = ip_packet(outer_fields(4), udp_datagram(9999, udp_port, pattern(payload_size, 1)));
    packet[0] = 0x47;
    packet[3] = static_cast<std::uint8_t>(packet[3] + 8);
    packet.insert(packet.begin() + 20, 8, 1);
    const Read result = read(framed(packet));
    ASSERT_EQ(result.reason, std::nullopt);
    EXPECT_EQ(result.payload.offset, ethernet + 28 + 8);
}

TEST(ReadOuterIpv4, a_header_of_less_than_20_bytes_is_malformed) {
    Bytes frame = frame_of(outer_fields(4));
    frame[ethernet] = 0x44;
    EXPECT_EQ(read(frame).reason, DropReason::outer_malformed);
}

TEST(ReadOuterIpv4, fragments_are_told_and_df_makes_none) {
    for (const std::uint16_t flags : {0x2000, 0x0001, 0x1fff, 0x6000}) {
        IpFields fields = outer_fields(4);
        fields.flags_fragment = flags;
        EXPECT_EQ(read(frame_of(fields)).reason, DropReason::outer_fragment) << flags;
    }
    for (const std::uint16_t flags : {0x0000, 0x4000}) {
        IpFields fields = outer_fields(4);
        fields.flags_fragment = flags;
        EXPECT_EQ(read(frame_of(fields)).reason, std::nullopt) << flags;
    }
}

TEST(ReadOuterIpv6, an_ipv4_address_at_the_start_of_an_ipv6_one_is_not_ours) {
    IpFields fields = outer_fields(6);
    fields.destination = "cb00:7109::";  // begins like 203.0.113.9
    EXPECT_EQ(read(frame_of(fields)).reason, DropReason::not_for_us);
}

}  // namespace
}  // namespace ropewalk::dataplane::headers
