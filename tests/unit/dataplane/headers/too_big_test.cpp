#include "dataplane/headers/too_big.hpp"

#include <gtest/gtest.h>

#include "tests/packets/inner_packet.hpp"
#include "tests/packets/internet_checksum.hpp"
#include "tests/packets/loose_packet.hpp"

namespace ropewalk::dataplane::headers {
namespace {

using tests::packets::address_bytes;
using tests::packets::Bytes;
using tests::packets::destination_options;
using tests::packets::fragment_header;
using tests::packets::from_hex;
using tests::packets::hop_by_hop;
using tests::packets::icmp_error;
using tests::packets::ip_packet;
using tests::packets::IpFields;
using tests::packets::joined;
using tests::packets::LoosePacket;
using tests::packets::packet_of_size;
using tests::packets::pattern;
using tests::packets::to_hex;
using tests::packets::v6_fields;
using tests::packets::with_extension_headers;

constexpr std::uint16_t mtu = 1400;

/// The ICMP error that a packet was turned into; nothing where none is sent.
std::optional<Bytes> answer_to(const Bytes& offender, std::uint16_t headroom = 128) {
    LoosePacket loose(offender, {headroom, 0});
    headers::InnerHeader inner;
    EXPECT_TRUE(headers::read_inner_header(loose.packet(), loose.packet().size(), inner));
    if (!headers::may_answer_too_big(loose.packet(), inner)) return std::nullopt;
    headers::turn_into_too_big(loose.packet(), inner.version, mtu);
    return loose.bytes();
}

Bytes first(const Bytes& bytes, std::size_t size) {
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

/// A packet with only zeros where checksums stand, and both checked to be right.
Bytes without_checksums(Bytes answer) {
    EXPECT_TRUE(tests::packets::ip_checksum_is_right(answer));
    EXPECT_TRUE(tests::packets::transport_checksum_is_right(answer));
    const bool v4 = answer[0] >> 4 == 4;
    if (v4) answer[10] = answer[11] = 0;
    const std::size_t icmp = v4 ? 20 : 40;
    answer[icmp + 2] = answer[icmp + 3] = 0;
    return answer;
}

TEST(TooBig, ipv4_with_df_is_answered_by_fragmentation_needed_with_the_mtu) {
    const Bytes offender = packet_of_size({}, 1500, 1);
    const auto answer = answer_to(offender);
    ASSERT_TRUE(answer);
    // 576 = 0x240 bytes in all (RFC 1812 section 4.3.2.3); type 3 code 4, 0x578 = 1400 (RFC 1191 section 4).
    EXPECT_EQ(to_hex(without_checksums(*answer)),
              to_hex(joined({from_hex("45 00 0240 0000 0000 40 01 0000 c0000202 c0000201"),
                             from_hex("03 04 0000 0000 0578"), first(offender, 548)})));
}

TEST(TooBig, ipv6_is_answered_by_packet_too_big_with_the_mtu) {
    const Bytes offender = packet_of_size(v6_fields(), 1500, 1);
    const auto answer = answer_to(offender);
    ASSERT_TRUE(answer);
    // 1280 bytes in all, 0x4d8 behind the IPv6 header (RFC 4443 section 2.4 c); type 2 code 0, MTU in 32 bits.
    EXPECT_EQ(to_hex(without_checksums(*answer)),
              to_hex(joined({from_hex("60000000 04d8 3a 40"), address_bytes("2001:db8:1::2"),
                             address_bytes("2001:db8:1::1"), from_hex("02 00 0000 00000578"), first(offender, 1232)})));
}

TEST(TooBig, a_packet_shorter_than_the_longest_quote_is_quoted_whole) {
    const Bytes offender = packet_of_size({}, 400, 1);
    const auto answer = answer_to(offender);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->size(), 428U);
    EXPECT_EQ(to_hex(std::span(*answer).subspan(28)), to_hex(offender));
    without_checksums(*answer);
}

TEST(TooBig, checksums_are_right_whatever_is_quoted) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        without_checksums(*answer_to(packet_of_size({}, 28 + seed * 7, seed)));
        without_checksums(*answer_to(packet_of_size(v6_fields(), 48 + seed * 7, seed)));
    }
}

TEST(TooBig, ipv4_without_df_is_not_answered) {
    IpFields fields;
    fields.flags_fragment = 0;
    EXPECT_FALSE(answer_to(packet_of_size(fields, 1500, 1)));
}

TEST(TooBig, the_first_fragment_is_answered_and_the_others_are_not) {
    IpFields fields;
    fields.flags_fragment = 0x6000;
    EXPECT_TRUE(answer_to(packet_of_size(fields, 1500, 1))) << "DF and more fragments, offset 0";
    fields.flags_fragment = 0x4001;
    EXPECT_FALSE(answer_to(packet_of_size(fields, 1500, 1)));
}

TEST(TooBig, addresses_that_are_not_of_one_host_are_not_answered) {
    const auto sent_from_to = [](const char* source, const char* destination) {
        IpFields fields;
        fields.source = source;
        fields.destination = destination;
        return answer_to(packet_of_size(fields, 1500, 1)).has_value();
    };
    EXPECT_TRUE(sent_from_to("192.0.2.1", "198.51.100.1"));
    EXPECT_FALSE(sent_from_to("192.0.2.1", "224.0.0.1"));
    EXPECT_FALSE(sent_from_to("192.0.2.1", "239.255.255.255"));
    EXPECT_FALSE(sent_from_to("192.0.2.1", "255.255.255.255"));
    EXPECT_FALSE(sent_from_to("0.0.0.0", "198.51.100.1"));
    EXPECT_FALSE(sent_from_to("0.1.2.3", "198.51.100.1"));
    EXPECT_FALSE(sent_from_to("127.0.0.1", "198.51.100.1"));
    EXPECT_FALSE(sent_from_to("224.0.0.1", "198.51.100.1"));
    EXPECT_FALSE(sent_from_to("240.0.0.1", "198.51.100.1"));
    EXPECT_FALSE(sent_from_to("255.255.255.255", "198.51.100.1"));
    EXPECT_TRUE(sent_from_to("2001:db8::1", "2001:db8::2"));
    EXPECT_FALSE(sent_from_to("2001:db8::1", "ff02::1"));
    EXPECT_FALSE(sent_from_to("::", "2001:db8::2"));
    EXPECT_FALSE(sent_from_to("::1", "2001:db8::2"));
    EXPECT_TRUE(sent_from_to("::2", "2001:db8::2"));
    EXPECT_TRUE(sent_from_to("2001:db8::", "2001:db8::2"));
    EXPECT_FALSE(sent_from_to("ff02::1", "2001:db8::2"));
}

TEST(TooBig, icmp_errors_are_not_answered_and_other_icmp_is) {
    const auto icmp_is_answered = [](IpFields fields, std::uint8_t protocol, std::uint8_t type) {
        fields.protocol = protocol;
        return answer_to(ip_packet(fields, joined({Bytes{type}, pattern(1459, type)}))).has_value();
    };
    // Queries and their replies; the rest of IPv4's types are errors or unknown (RFC 1122 section 3.2.2).
    for (const std::uint8_t type : {0, 8, 13, 14, 15, 16, 17, 18})
        EXPECT_TRUE(icmp_is_answered({}, 1, type)) << int{type};
    for (const std::uint8_t type : {3, 4, 5, 11, 12, 19, 255}) EXPECT_FALSE(icmp_is_answered({}, 1, type)) << int{type};
    for (const std::uint8_t type : {128, 129, 135, 255})
        EXPECT_TRUE(icmp_is_answered(v6_fields(), 58, type)) << int{type};
    for (const std::uint8_t type : {1, 2, 3, 4, 127, 137})
        EXPECT_FALSE(icmp_is_answered(v6_fields(), 58, type)) << int{type};
}

TEST(TooBig, fragments_of_ipv6_are_treated_alike) {
    const Bytes packet = packet_of_size(v6_fields(), 1500, 1);
    const Bytes first_of_several = with_extension_headers(packet, {{fragment_header, 8, 0x0001}});
    const auto answer = answer_to(first_of_several);
    ASSERT_TRUE(answer);
    EXPECT_EQ(to_hex(std::span(*answer).subspan(48)), to_hex(first(first_of_several, 1232)));
    EXPECT_FALSE(answer_to(with_extension_headers(packet, {{fragment_header, 8, 0x0008}})));
}

TEST(TooBig, icmp_errors_are_found_behind_extension_headers) {
    const auto is_answered = [](std::uint8_t type, const std::vector<tests::packets::ExtensionHeader>& behind) {
        const Bytes packet = icmp_error(v6_fields(), type, pattern(1452, type));
        return answer_to(with_extension_headers(packet, behind)).has_value();
    };
    constexpr std::uint8_t packet_too_big = 2, echo_request = 128;
    EXPECT_TRUE(is_answered(echo_request, {{hop_by_hop}, {destination_options, 16}}));
    EXPECT_FALSE(is_answered(packet_too_big, {{hop_by_hop}, {destination_options, 16}}));
    EXPECT_FALSE(is_answered(packet_too_big, {{fragment_header, 8, 0x0001}}));
    EXPECT_FALSE(is_answered(echo_request, std::vector<tests::packets::ExtensionHeader>(9, {destination_options})))
        << "nobody knows what stands behind so many";
}

TEST(TooBig, nothing_is_written_where_there_is_no_room_in_front) {
    EXPECT_FALSE(answer_to(packet_of_size({}, 1500, 1), 47));
    EXPECT_TRUE(answer_to(packet_of_size({}, 1500, 1), 48));
    EXPECT_TRUE(answer_to(packet_of_size(v6_fields(), 1500, 1), 48));
}

TEST(TooBig, a_header_without_payload_is_not_answered) {
    EXPECT_FALSE(answer_to(ip_packet({}, {})));
    EXPECT_FALSE(answer_to(ip_packet(v6_fields(), {})));
}

}  // namespace
}  // namespace ropewalk::dataplane::headers
