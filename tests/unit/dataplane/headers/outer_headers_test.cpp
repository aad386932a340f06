#include "dataplane/headers/outer_headers.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "dataplane/tunnel/header_template.hpp"
#include "tests/packets/inner_packet.hpp"
#include "tests/packets/internet_checksum.hpp"
#include "tests/packets/loose_packet.hpp"

namespace ropewalk::dataplane::headers {
namespace {

using config::Wire;
using config::region::PathRecord;
using tests::packets::address_bytes;
using tests::packets::Bytes;
using tests::packets::from_hex;
using tests::packets::internet_checksum;
using tests::packets::joined;
using tests::packets::LoosePacket;
using tests::packets::pattern;
using tests::packets::set_be16;
using tests::packets::to_hex;

constexpr std::array<std::uint8_t, 6> port_address{0x02, 0, 0, 0, 0, 0xaa};
constexpr std::array<std::uint8_t, 6> next_hop{0x02, 0, 0, 0, 0, 0x01};

struct Wanted {
    headers::OuterFamily family;
    Wire wire;
    bool computes_udp_checksum;
    std::uint8_t kept = 0xff, set = 0;  ///< of the byte of DSCP and ECN
};

PathRecord record_of(const Wanted& wanted) {
    PathRecord record{};
    const bool v4 = wanted.family == OuterFamily::ipv4;
    record.family = v4 ? 4 : 6;
    const Bytes local = address_bytes(v4 ? "203.0.113.9" : "2001:db8::9");
    const Bytes peer = address_bytes(v4 ? "198.51.100.10" : "2001:db8:ffff::a");
    std::copy(local.begin(), local.end(), record.local_address.begin());
    std::copy(peer.begin(), peer.end(), record.peer_address.begin());
    record.local_udp_port = 4500;
    record.peer_udp_port = 4501;
    record.path_id = 7;
    record.udp_checksum = wanted.computes_udp_checksum ? 1 : 0;
    return record;
}

/// What the program puts in front of `sealed`.
Bytes written(const Wanted& wanted, const Bytes& sealed, std::uint8_t traffic_class, std::uint32_t path_sequence,
              std::uint32_t tx_time) {
    const PathRecord record = record_of(wanted);
    view::PathView path{};
    path.header = tunnel::make_header_template(record, wanted.wire, port_address);
    path.family = record.family;
    path.path_id = record.path_id;
    path.computes_udp_checksum = wanted.computes_udp_checksum;
    path.dscp_ecn_kept = wanted.kept;
    path.dscp_ecn_set = wanted.set;
    const FrameStart start(path, next_hop);
    LoosePacket loose(sealed, {tunnel::HeaderTemplate::capacity, 0});
    const std::uint16_t sum = packet::sum_of(sealed.data(), sealed.size());
    const bool v4 = wanted.family == OuterFamily::ipv4;
    if (wanted.wire == Wire::ropewalk)
        (v4 ? headers::write_outer_headers<OuterFamily::ipv4, Wire::ropewalk>
            : headers::write_outer_headers<OuterFamily::ipv6, Wire::ropewalk>)(loose.packet(), path, start,
                                                                               traffic_class, path_sequence, tx_time,
                                                                               0x81, sum);
    else
        (v4 ? headers::write_outer_headers<OuterFamily::ipv4, Wire::esp>
            : headers::write_outer_headers<OuterFamily::ipv6, Wire::esp>)(loose.packet(), path, start, traffic_class,
                                                                          path_sequence, tx_time, 0x81, sum);
    return loose.bytes();
}

/// Fills the checksum fields of a frame written by hand, which hold zero, as the RFCs say.
Bytes with_checksums(Bytes frame, const Wanted& wanted) {
    const bool v4 = wanted.family == OuterFamily::ipv4;
    const std::size_t ip = 14, udp = ip + (v4 ? 20 : 40);
    if (v4) set_be16(frame, ip + 10, internet_checksum(std::span(frame).subspan(ip, 20)));
    if (!wanted.computes_udp_checksum) return frame;
    const std::uint16_t sum = internet_checksum(tests::packets::with_pseudo_header(std::span(frame).subspan(ip)));
    set_be16(frame, udp + 6, sum == 0 ? 0xffff : sum);
    return frame;
}

// 48 sealed bytes: ESP header 16, ciphertext 16, ICV 16.
const Bytes sealed_packet = pattern(48, 1);
constexpr const char* ethernet_v4 = "020000000001 0200000000aa 0800";
constexpr const char* ethernet_v6 = "020000000001 0200000000aa 86dd";
// path 7, flags 0x81, path sequence 0xabcdef, time 0x123456
constexpr const char* copy_header = "07 81 abcdef 123456";

TEST(OuterHeaders, ipv4_with_copy_header) {
    // 20 + 8 + 8 + 48 = 84 = 0x54 bytes of IP, 0x40 of UDP; DF; 64 hops; DSCP 46 and ECT(0): 0xba.
    const Bytes by_hand = joined({from_hex(ethernet_v4), from_hex("45 ba 0054 0000 4000 40 11 0000 cb007109 c633640a"),
                                  from_hex("1194 1195 0040 0000"), from_hex(copy_header), sealed_packet});
    for (const bool computes : {false, true}) {
        const Wanted wanted{OuterFamily::ipv4, Wire::ropewalk, computes};
        EXPECT_EQ(to_hex(written(wanted, sealed_packet, 0xba, 0xabcdef, 0x123456)),
                  to_hex(with_checksums(by_hand, wanted)));
    }
}

TEST(OuterHeaders, ipv4_for_a_stock_esp_peer) {
    const Bytes by_hand = joined({from_hex(ethernet_v4), from_hex("45 00 004c 0000 4000 40 11 0000 cb007109 c633640a"),
                                  from_hex("1194 1195 0038 0000"), sealed_packet});
    for (const bool computes : {false, true}) {
        const Wanted wanted{OuterFamily::ipv4, Wire::esp, computes};
        EXPECT_EQ(to_hex(written(wanted, sealed_packet, 0, 5, 6)), to_hex(with_checksums(by_hand, wanted)));
    }
}

TEST(OuterHeaders, ipv6_with_copy_header) {
    // Payload length is UDP's: 0x40. Traffic class 0xba stands across the first two bytes.
    const Bytes by_hand =
        joined({from_hex(ethernet_v6),
                from_hex("6ba00000 0040 11 40 20010db8000000000000000000000009 20010db8ffff0000000000000000000a"),
                from_hex("1194 1195 0040 0000"), from_hex(copy_header), sealed_packet});
    for (const bool computes : {false, true}) {
        const Wanted wanted{OuterFamily::ipv6, Wire::ropewalk, computes};
        EXPECT_EQ(to_hex(written(wanted, sealed_packet, 0xba, 0xabcdef, 0x123456)),
                  to_hex(with_checksums(by_hand, wanted)));
    }
}

TEST(OuterHeaders, ipv6_for_a_stock_esp_peer) {
    const Bytes by_hand =
        joined({from_hex(ethernet_v6),
                from_hex("60000000 0038 11 40 20010db8000000000000000000000009 20010db8ffff0000000000000000000a"),
                from_hex("1194 1195 0038 0000"), sealed_packet});
    for (const bool computes : {false, true}) {
        const Wanted wanted{OuterFamily::ipv6, Wire::esp, computes};
        EXPECT_EQ(to_hex(written(wanted, sealed_packet, 0, 5, 6)), to_hex(with_checksums(by_hand, wanted)));
    }
}

TEST(OuterHeaders, the_ipv4_checksum_worked_out_on_paper) {
    // 4500 + 0054 + 0000 + 4000 + 4011 + cb00 + 7109 + c633 + 640a = 32bab; 2bab + 3 = 2bae; its complement is d451.
    const Bytes frame = written({OuterFamily::ipv4, Wire::ropewalk, false}, sealed_packet, 0, 0, 0);
    EXPECT_EQ(to_hex(std::span(frame).subspan(24, 2)), "d451");
}

TEST(OuterHeaders, path_sequence_and_time_keep_24_bits) {
    const Bytes frame = written({OuterFamily::ipv4, Wire::ropewalk, false}, sealed_packet, 0, 0x01000002, 0xff000003);
    EXPECT_EQ(to_hex(std::span(frame).subspan(42, 8)), "0781000002000003");
}

TEST(OuterHeaders, checksums_are_right_for_every_traffic_class_and_many_sizes) {
    for (const headers::OuterFamily family : {OuterFamily::ipv4, OuterFamily::ipv6})
        for (const Wire wire : {Wire::ropewalk, Wire::esp})
            for (unsigned traffic_class = 0; traffic_class < 256; ++traffic_class) {
                const Bytes sealed = pattern(36 + 4 * traffic_class, traffic_class);
                const Wanted wanted{family, wire, true};
                const Bytes frame = written(wanted, sealed, static_cast<std::uint8_t>(traffic_class), traffic_class, 9);
                const auto ip = std::span(frame).subspan(14);
                ASSERT_TRUE(tests::packets::ip_checksum_is_right(ip)) << "traffic class " << traffic_class;
                ASSERT_TRUE(tests::packets::transport_checksum_is_right(ip)) << "traffic class " << traffic_class;
            }
}

TEST(OuterHeaders, a_path_s_own_dscp_stands_beside_the_inner_ecn) {
    for (const headers::OuterFamily family : {OuterFamily::ipv4, OuterFamily::ipv6})
        for (const unsigned inner : {0x00U, 0xbaU, 0xffU}) {
            const Wanted own{family, Wire::ropewalk, true, 0x03, 0x28};
            const auto expected = static_cast<std::uint8_t>(0x28 | (inner & 3));
            EXPECT_EQ(to_hex(written(own, sealed_packet, static_cast<std::uint8_t>(inner), 1, 2)),
                      to_hex(written({family, Wire::ropewalk, true}, sealed_packet, expected, 1, 2)));
        }
}

TEST(OuterHeaders, a_udp_checksum_that_comes_out_as_zero_is_sent_as_ffff) {
    const Wanted wanted{OuterFamily::ipv4, Wire::esp, true};
    Bytes sealed(36);
    const Bytes frame = written(wanted, sealed, 0, 0, 0);
    const std::uint16_t complement = tests::packets::read_be16(frame, 14 + 20 + 6);
    set_be16(sealed, 34, complement);
    const Bytes summed_up = written(wanted, sealed, 0, 0, 0);
    EXPECT_EQ(tests::packets::read_be16(summed_up, 14 + 20 + 6), 0xffff) << "0 would say that there is none (RFC 768)";
}

}  // namespace
}  // namespace ropewalk::dataplane::headers
