#include "dataplane/stages/match_class.hpp"

#include <gtest/gtest.h>

#include "tests/packets/inner_packet.hpp"
#include "tests/packets/loose_packet.hpp"

namespace ropewalk::dataplane::stages {
namespace {

using config::snapshot::CipherCode;
using config::snapshot::ClassRecord;
using config::snapshot::WireCode;
using tests::packets::address_bytes;
using tests::packets::Bytes;
using tests::packets::ip_packet;
using tests::packets::IpFields;
using tests::packets::LoosePacket;
using tests::packets::packet_of_size;
using tests::packets::udp_datagram;
using tests::packets::v6_fields;

constexpr std::uint32_t all_paths = 0x1ff;

/// A class that matches everything.
ClassRecord any() {
    ClassRecord wanted{};
    wanted.dscp_mask = ~std::uint64_t{0};
    wanted.max_size = 0xffff;
    wanted.source_port_last = wanted.destination_port_last = 65535;
    return wanted;
}

/// A tunnel whose i-th class sends on path i alone.
channel::TunnelView tunnel_with(const std::vector<ClassRecord>& classes) {
    constexpr std::array<std::uint8_t, 32> key{1};
    channel::TunnelView tunnel{.slot = 0,
                               .tx_spi = 256,
                               .rx_spi = 257,
                               .rx_key_id = 0,
                               .tx_salt = {},
                               .rx_salt = {},
                               .inner_mtu = 1400,
                               .wire = WireCode::ropewalk,
                               .tx_shards = 1,
                               .all_paths = all_paths,
                               .computes_udp_checksums = false,
                               .tx_key = crypto::AesGcm(CipherCode::aes_256_gcm, key),
                               .rx_key = crypto::AesGcm(CipherCode::aes_256_gcm, key),
                               .state = nullptr,
                               .paths = {},
                               .classes = {},
                               .path_by_id = {}};
    std::vector<std::uint32_t> paths;
    for (std::size_t i = 0; i < classes.size(); ++i) paths.push_back(1U << i);
    tunnel.classes = tunnel::ClassTable(classes, paths);
    return tunnel;
}

std::uint32_t paths_of(const Bytes& bytes, const std::vector<ClassRecord>& classes) {
    LoosePacket loose(bytes);
    InnerHeader inner{};
    EXPECT_TRUE(read_inner_header(loose.packet(), loose.packet().size(), inner));
    return match_class(loose.packet(), inner, tunnel_with(classes));
}

/// True when a single class takes the packet.
bool takes(const ClassRecord& wanted, const Bytes& bytes) {
    return paths_of(bytes, {wanted}) == 1;
}

Bytes udp_of(const IpFields& fields, std::uint16_t source_port, std::uint16_t destination_port) {
    return ip_packet(fields, udp_datagram(source_port, destination_port, Bytes(10)));
}

TEST(MatchClass, the_first_class_that_matches_wins_and_without_one_all_paths_carry_it) {
    ClassRecord small = any();
    small.max_size = 100;
    ClassRecord medium = any();
    medium.max_size = 200;
    EXPECT_EQ(paths_of(packet_of_size({}, 100, 1), {small, medium}), 0b01U);
    EXPECT_EQ(paths_of(packet_of_size({}, 101, 1), {small, medium}), 0b10U);
    EXPECT_EQ(paths_of(packet_of_size({}, 201, 1), {small, medium}), all_paths);
    EXPECT_EQ(paths_of(packet_of_size({}, 201, 1), {small, medium, any()}), 0b100U);
}

TEST(MatchClass, by_each_dscp_whatever_the_ecn_field_says) {
    for (unsigned traffic_class = 0; traffic_class < 256; ++traffic_class)
        for (const unsigned dscp : {0U, 46U, 63U}) {
            ClassRecord wanted = any();
            wanted.dscp_mask = std::uint64_t{1} << dscp;
            for (IpFields fields : {IpFields{}, v6_fields()}) {
                fields.traffic_class = static_cast<std::uint8_t>(traffic_class);
                ASSERT_EQ(takes(wanted, packet_of_size(fields, 80, 1)), traffic_class >> 2 == dscp) << traffic_class;
            }
        }
}

TEST(MatchClass, by_protocol) {
    ClassRecord tcp = any();
    tcp.match_protocol = 1;
    tcp.protocol = 6;
    for (const IpFields& fields : {IpFields{}, v6_fields()}) {
        EXPECT_TRUE(takes(tcp, tests::packets::tcp_packet(fields, 0, {})));
        EXPECT_FALSE(takes(tcp, packet_of_size(fields, 80, 1)));
    }
}

TEST(MatchClass, by_ranges_of_ports_both_ends_included) {
    ClassRecord wanted = any();
    wanted.match_ports = 1;
    wanted.source_port_first = 5060;
    wanted.source_port_last = 5060;
    wanted.destination_port_first = 6000;
    wanted.destination_port_last = 6010;
    for (const IpFields& fields : {IpFields{}, v6_fields()}) {
        EXPECT_TRUE(takes(wanted, udp_of(fields, 5060, 6000)));
        EXPECT_TRUE(takes(wanted, udp_of(fields, 5060, 6010)));
        EXPECT_FALSE(takes(wanted, udp_of(fields, 5060, 5999)));
        EXPECT_FALSE(takes(wanted, udp_of(fields, 5060, 6011)));
        EXPECT_FALSE(takes(wanted, udp_of(fields, 5059, 6000)));
        EXPECT_FALSE(takes(wanted, udp_of(fields, 5061, 6000)));
        EXPECT_FALSE(takes(wanted, udp_of(fields, 6000, 5060))) << "the ports the other way round";
    }
}

TEST(MatchClass, a_class_with_ports_takes_only_packets_that_show_some) {
    ClassRecord wanted = any();
    wanted.match_ports = 1;
    EXPECT_TRUE(takes(wanted, udp_of({}, 1, 2)));
    EXPECT_TRUE(takes(wanted, tests::packets::tcp_packet({}, 0, {})));

    IpFields icmp, later;
    icmp.protocol = 1;
    later.flags_fragment = 0x0001;
    EXPECT_FALSE(takes(wanted, packet_of_size(icmp, 80, 1)));
    EXPECT_FALSE(takes(wanted, udp_of(later, 1, 2))) << "a later fragment has no UDP header";
    EXPECT_FALSE(takes(wanted, ip_packet({}, Bytes(3)))) << "cut before the second port";
    EXPECT_TRUE(takes(wanted, ip_packet({}, Bytes(4))));
}

TEST(MatchClass, ports_are_found_behind_ip_options) {
    ClassRecord wanted = any();
    wanted.match_ports = 1;
    wanted.destination_port_first = wanted.destination_port_last = 6000;
    Bytes packet = udp_of({}, 5060, 6000);
    packet[0] = 0x46;
    packet[3] = static_cast<std::uint8_t>(packet[3] + 4);
    packet.insert(packet.begin() + 20, {1, 1, 1, 1});
    EXPECT_TRUE(takes(wanted, packet));
}

/// Sets the source or destination of a class.
void want(std::array<std::uint8_t, 16>& address, std::uint8_t& family, std::uint8_t& length, const std::string& text,
          unsigned bits) {
    const Bytes bytes = address_bytes(text);
    std::copy(bytes.begin(), bytes.end(), address.begin());
    family = bytes.size() == 4 ? 4 : 6;
    length = static_cast<std::uint8_t>(bits);
}

TEST(MatchClass, by_source_prefix_of_every_kind_of_length) {
    const auto from = [](const char* prefix, unsigned bits, const char* source) {
        ClassRecord wanted = any();
        want(wanted.source, wanted.source_family, wanted.source_length, prefix, bits);
        IpFields fields = std::string(source).find(':') == std::string::npos ? IpFields{} : v6_fields();
        fields.source = source;
        return takes(wanted, packet_of_size(fields, 80, 1));
    };
    EXPECT_TRUE(from("0.0.0.0", 0, "203.0.113.1"));
    EXPECT_TRUE(from("192.0.2.0", 24, "192.0.2.255"));
    EXPECT_FALSE(from("192.0.2.0", 24, "192.0.3.0"));
    EXPECT_TRUE(from("192.0.2.64", 26, "192.0.2.127"));
    EXPECT_FALSE(from("192.0.2.64", 26, "192.0.2.128"));
    EXPECT_FALSE(from("192.0.2.64", 26, "192.0.2.63"));
    EXPECT_TRUE(from("192.0.2.1", 32, "192.0.2.1"));
    EXPECT_FALSE(from("192.0.2.1", 32, "192.0.2.0"));
    EXPECT_TRUE(from("2001:db8::", 33, "2001:db8:7fff::1"));
    EXPECT_FALSE(from("2001:db8::", 33, "2001:db8:8000::1"));
    EXPECT_TRUE(from("2001:db8::1", 128, "2001:db8::1"));
    EXPECT_FALSE(from("2001:db8::1", 128, "2001:db8::2"));
    EXPECT_FALSE(from("::", 0, "192.0.2.1")) << "any IPv6 source is no IPv4 source";
    EXPECT_FALSE(from("0.0.0.0", 0, "2001:db8::1"));
}

TEST(MatchClass, by_destination_prefix_which_is_not_the_source) {
    ClassRecord wanted = any();
    want(wanted.destination, wanted.destination_family, wanted.destination_length, "192.0.2.2", 32);
    IpFields back;
    std::swap(back.source, back.destination);
    EXPECT_TRUE(takes(wanted, packet_of_size({}, 80, 1)));
    EXPECT_FALSE(takes(wanted, packet_of_size(back, 80, 1)));

    want(wanted.destination, wanted.destination_family, wanted.destination_length, "2001:db8:1::2", 128);
    back = v6_fields();
    std::swap(back.source, back.destination);
    EXPECT_TRUE(takes(wanted, packet_of_size(v6_fields(), 80, 1)));
    EXPECT_FALSE(takes(wanted, packet_of_size(back, 80, 1)));
}

}  // namespace
}  // namespace ropewalk::dataplane::stages
