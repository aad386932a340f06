#include "dataplane/headers/quoted_packet.hpp"

#include <set>

#include <gtest/gtest.h>

#include "tests/packets/inner_packet.hpp"
#include "tests/packets/loose_packet.hpp"

namespace ropewalk::dataplane::headers {
namespace {

using tests::packets::Bytes;
using tests::packets::destination_options;
using tests::packets::fragment_header;
using tests::packets::icmp_error;
using tests::packets::ip_packet;
using tests::packets::IpFields;
using tests::packets::LoosePacket;
using tests::packets::packet_of_size;
using tests::packets::v6_fields;
using tests::packets::with_extension_headers;

constexpr std::uint8_t time_exceeded = 11, time_exceeded_v6 = 3;

/// Where the quoted packet begins, in a packet that lies alone in memory.
std::optional<std::uint16_t> quoted_in(const Bytes& packet) {
    LoosePacket loose(packet, {0, 0});
    InnerHeader inner{};
    EXPECT_TRUE(read_inner_header(loose.packet(), loose.packet().size(), inner));
    return find_quoted_packet(loose.packet(), inner);
}

Bytes beginning_of(const Bytes& bytes, std::size_t size) {
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

Bytes sent_packet(const IpFields& fields) {
    return packet_of_size(fields, 100, 1);
}

TEST(QuotedPacket, stands_behind_the_headers_of_ip_and_icmp) {
    EXPECT_EQ(quoted_in(icmp_error({}, time_exceeded, sent_packet({}))), 28);
    EXPECT_EQ(quoted_in(icmp_error(v6_fields(), time_exceeded_v6, sent_packet(v6_fields()))), 48);
}

TEST(QuotedPacket, is_one_of_those_errors_that_tell_a_sender_of_his_packet) {
    std::set<unsigned> v4, v6;
    for (unsigned type = 0; type < 256; ++type) {
        if (quoted_in(icmp_error({}, static_cast<std::uint8_t>(type), sent_packet({})))) v4.insert(type);
        if (quoted_in(icmp_error(v6_fields(), static_cast<std::uint8_t>(type), sent_packet(v6_fields()))))
            v6.insert(type);
    }
    EXPECT_EQ(v4, (std::set<unsigned>{3, 11, 12}));
    EXPECT_EQ(v6, (std::set<unsigned>{1, 2, 3, 4}));
}

TEST(QuotedPacket, is_in_no_packet_of_another_protocol_nor_of_the_other_family) {
    for (const std::uint8_t protocol : {std::uint8_t{58}, std::uint8_t{17}, std::uint8_t{6}}) {
        Bytes packet = icmp_error({}, time_exceeded, sent_packet({}));
        packet[9] = protocol;
        EXPECT_FALSE(quoted_in(packet));
    }
    Bytes packet = icmp_error(v6_fields(), time_exceeded_v6, sent_packet(v6_fields()));
    packet[6] = 1;
    EXPECT_FALSE(quoted_in(packet));
    EXPECT_FALSE(quoted_in(icmp_error({}, time_exceeded, sent_packet(v6_fields()))));
    EXPECT_FALSE(quoted_in(icmp_error(v6_fields(), time_exceeded_v6, sent_packet({}))));
}

TEST(QuotedPacket, may_be_cut_off_behind_its_header_and_not_before) {
    for (std::size_t size = 0; size <= 60; ++size) {
        EXPECT_EQ(quoted_in(icmp_error({}, time_exceeded, beginning_of(sent_packet({}), size))).has_value(), size >= 20)
            << size;
        const Bytes v6 = icmp_error(v6_fields(), time_exceeded_v6, beginning_of(sent_packet(v6_fields()), size));
        EXPECT_EQ(quoted_in(v6).has_value(), size >= 40) << size;
    }
    EXPECT_FALSE(quoted_in(ip_packet({.protocol = 1}, {time_exceeded}))) << "no whole ICMP header";
    EXPECT_FALSE(quoted_in(ip_packet({.protocol = 1}, {})));
}

TEST(QuotedPacket, has_a_header_as_long_as_it_says) {
    Bytes quoted = sent_packet({});
    for (const std::uint8_t first_byte : {0x40, 0x44, 0x55, 0x05, 0x65}) {
        quoted[0] = first_byte;
        EXPECT_FALSE(quoted_in(icmp_error({}, time_exceeded, quoted))) << int{first_byte};
    }
    quoted[0] = 0x4f;
    EXPECT_TRUE(quoted_in(icmp_error({}, time_exceeded, beginning_of(quoted, 60))));
    EXPECT_FALSE(quoted_in(icmp_error({}, time_exceeded, beginning_of(quoted, 59)))) << "options cut off";
}

TEST(QuotedPacket, is_found_behind_options_and_extension_headers) {
    Bytes packet = icmp_error({}, time_exceeded, sent_packet({}));
    packet[0] = 0x46;
    packet[3] = static_cast<std::uint8_t>(packet[3] + 4);
    packet.insert(packet.begin() + 20, {1, 1, 1, 1});
    EXPECT_EQ(quoted_in(packet), 32);

    const Bytes v6 = icmp_error(v6_fields(), time_exceeded_v6, sent_packet(v6_fields()));
    EXPECT_EQ(quoted_in(with_extension_headers(v6, {{destination_options, 24}, {fragment_header}})), 40 + 24 + 8 + 8);
}

TEST(QuotedPacket, is_not_looked_for_in_a_later_fragment) {
    IpFields later;
    later.flags_fragment = 0x0001;
    EXPECT_FALSE(quoted_in(icmp_error(later, time_exceeded, sent_packet({}))));
    const Bytes v6 = icmp_error(v6_fields(), time_exceeded_v6, sent_packet(v6_fields()));
    EXPECT_FALSE(quoted_in(with_extension_headers(v6, {{fragment_header, 8, 0x0008}})));
}

}  // namespace
}  // namespace ropewalk::dataplane::headers
