#include "dataplane/stages/match_classes.hpp"

#include <algorithm>
#include <memory>

#include <gtest/gtest.h>

#include "tests/packets/inner_packet.hpp"
#include "tests/packets/loose_packet.hpp"
#include "tests/unit/dataplane/tunnel/class_reference.hpp"

namespace ropewalk::dataplane::stages {
namespace {

using config::Cipher;
using config::Wire;
using config::region::ClassRecord;
using tests::packets::address_bytes;
using tests::packets::Bytes;
using tests::packets::destination_options;
using tests::packets::fragment_header;
using tests::packets::hop_by_hop;
using tests::packets::ip_packet;
using tests::packets::IpFields;
using tests::packets::LoosePacket;
using tests::packets::packet_of_size;
using tests::packets::routing;
using tests::packets::udp_datagram;
using tests::packets::v6_fields;
using tests::packets::with_extension_headers;
using tests::unit::Dice;

constexpr std::uint32_t all_paths = 0x1ff;

/// A class that matches everything.
ClassRecord any() {
    ClassRecord wanted{};
    wanted.dscp_mask = ~std::uint64_t{0};
    wanted.max_size = 0xffff;
    wanted.source_port_last = wanted.destination_port_last = 65535;
    return wanted;
}

view::TunnelView tunnel_with(const std::vector<ClassRecord>& classes) {
    view::TunnelView tunnel{.slot = 0,
                            .tx_spi = 256,
                            .rx_spi = 257,
                            .rx_key_id = 0,
                            .tx_salt = {},
                            .rx_salt = {},
                            .inner_mtu = 1400,
                            .least_inner_mtu = 576,
                            .wire = Wire::ropewalk,
                            .most_tx_shards = 1,
                            .computes_udp_checksums = false,
                            .tx_key = nullptr,
                            .rx_key = nullptr,
                            .state = nullptr,
                            .paths = {},
                            .classes = tunnel::ClassTable(classes),
                            .choices = {},
                            .asks_for_the_best = false,
                            .path_by_id = {}};
    return tunnel;
}

/// The class of each packet of a burst, as paths of a tunnel whose i-th class sends on path i alone.
std::vector<std::uint32_t> paths_of(const std::vector<Bytes>& packets, const view::TunnelView& tunnel) {
    std::vector<std::unique_ptr<LoosePacket>> loose;
    burst::TunnelBurst burst;
    burst.tunnel = &tunnel;
    for (const Bytes& bytes : packets) {
        packet::Packet& packet = loose.emplace_back(std::make_unique<LoosePacket>(bytes))->packet();
        headers::InnerHeader inner{};
        EXPECT_TRUE(headers::read_inner_header(packet, packet.size(), inner));
        burst.push({&packet, 0, tunnel::ClassTable::in_none, inner.traffic_class, 0});
    }
    match_classes(burst);
    std::vector<std::uint32_t> paths;
    for (std::uint16_t i = 0; i < burst.count; ++i)
        paths.push_back(burst.matched_class[i] == tunnel::ClassTable::in_none ? all_paths
                                                                              : 1U << (burst.matched_class[i] - 1));
    return paths;
}

/// The same whether a packet comes alone or with others like it.
std::uint32_t paths_of(const Bytes& bytes, const std::vector<ClassRecord>& classes) {
    const view::TunnelView tunnel = tunnel_with(classes);
    const std::uint32_t alone = paths_of(std::vector<Bytes>(1, bytes), tunnel)[0];
    for (const std::uint32_t among_others : paths_of(std::vector<Bytes>(9, bytes), tunnel))
        EXPECT_EQ(among_others, alone);
    return alone;
}

/// True when a single class takes the packet.
bool takes(const ClassRecord& wanted, const Bytes& bytes) {
    return paths_of(bytes, {wanted}) == 1;
}

Bytes udp_of(const IpFields& fields, std::uint16_t source_port, std::uint16_t destination_port) {
    return ip_packet(fields, udp_datagram(source_port, destination_port, Bytes(10)));
}

TEST(MatchClasses, the_first_class_that_matches_wins_and_without_one_all_paths_carry_it) {
    ClassRecord small = any();
    small.max_size = 100;
    ClassRecord medium = any();
    medium.max_size = 200;
    EXPECT_EQ(paths_of(packet_of_size({}, 100, 1), {small, medium}), 0b01U);
    EXPECT_EQ(paths_of(packet_of_size({}, 101, 1), {small, medium}), 0b10U);
    EXPECT_EQ(paths_of(packet_of_size({}, 201, 1), {small, medium}), all_paths);
    EXPECT_EQ(paths_of(packet_of_size({}, 201, 1), {small, medium, any()}), 0b100U);
}

TEST(MatchClasses, by_each_dscp_whatever_the_ecn_field_says) {
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

TEST(MatchClasses, by_protocol) {
    ClassRecord tcp = any();
    tcp.match_protocol = 1;
    tcp.protocol = 6;
    for (const IpFields& fields : {IpFields{}, v6_fields()}) {
        EXPECT_TRUE(takes(tcp, tests::packets::tcp_packet(fields, 0, {})));
        EXPECT_FALSE(takes(tcp, packet_of_size(fields, 80, 1)));
    }
}

TEST(MatchClasses, by_ranges_of_ports_both_ends_included) {
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

TEST(MatchClasses, a_class_with_ports_takes_only_packets_that_show_some) {
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

TEST(MatchClasses, ports_are_found_behind_ip_options) {
    ClassRecord wanted = any();
    wanted.match_ports = 1;
    wanted.destination_port_first = wanted.destination_port_last = 6000;
    Bytes packet = udp_of({}, 5060, 6000);
    packet[0] = 0x46;
    packet[3] = static_cast<std::uint8_t>(packet[3] + 4);
    packet.insert(packet.begin() + 20, {1, 1, 1, 1});
    EXPECT_TRUE(takes(wanted, packet));
}

TEST(MatchClasses, by_ports_and_protocol_behind_extension_headers) {
    ClassRecord by_ports = any(), by_protocol = any(), by_header = any();
    by_ports.match_ports = 1;
    by_ports.destination_port_first = by_ports.destination_port_last = 6000;
    by_protocol.match_protocol = by_header.match_protocol = 1;
    by_protocol.protocol = 17;
    by_header.protocol = hop_by_hop;
    const Bytes packet = with_extension_headers(udp_of(v6_fields(), 5060, 6000), {{hop_by_hop}, {routing, 24}});
    EXPECT_TRUE(takes(by_ports, packet));
    EXPECT_TRUE(takes(by_protocol, packet));
    EXPECT_FALSE(takes(by_header, packet));

    const Bytes later = with_extension_headers(udp_of(v6_fields(), 5060, 6000), {{fragment_header, 8, 0x0008}});
    EXPECT_FALSE(takes(by_ports, later));
    EXPECT_TRUE(takes(by_protocol, later));
}

/// Sets the source or destination of a class.
void want(std::array<std::uint8_t, 16>& address, std::uint8_t& family, std::uint8_t& length, const std::string& text,
          unsigned bits) {
    const Bytes bytes = address_bytes(text);
    std::copy(bytes.begin(), bytes.end(), address.begin());
    family = bytes.size() == 4 ? 4 : 6;
    length = static_cast<std::uint8_t>(bits);
}

TEST(MatchClasses, by_source_prefix_of_every_kind_of_length) {
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

TEST(MatchClasses, by_destination_prefix_which_is_not_the_source) {
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

/// A packet of any kind that reaches the stage, and what of it decides its class.
class AnyPacket {
public:
    explicit AnyPacket(Dice& dice) {
        IpFields ip;
        const bool is_ipv4 = dice.family() == 4;
        const auto& texts = is_ipv4 ? ipv4_addresses : ipv6_addresses;
        ip.source = texts[dice.below(texts.size())];
        ip.destination = texts[dice.below(texts.size())];
        source_ = address_bytes(ip.source);
        destination_ = address_bytes(ip.destination);
        ip.protocol = dice.protocol();
        ip.traffic_class = dice.traffic_class();
        // The bit in front of the offset says that more fragments follow.
        ip.flags_fragment = std::array<std::uint16_t, 5>{0x4000, 0, 0x2000, 0x0001, 0x3f00}[dice.below(5)];
        bool is_first = !is_ipv4 || (ip.flags_fragment & 0x1fff) == 0;

        const std::uint16_t source_port = dice.word(), destination_port = dice.word();
        Bytes payload = udp_datagram(source_port, destination_port, Bytes(dice.below(100)));
        if (dice.one_in(4)) payload.resize(dice.below(6));
        bytes = ip_packet(ip, payload);
        if (is_ipv4 && dice.one_in(4)) insert_options(1 + dice.below(10));
        if (!is_ipv4 && dice.one_in(4)) {
            const std::uint16_t offset = dice.one_in(2) ? 0x0008 : 0;
            bytes =
                with_extension_headers(bytes, {{hop_by_hop, 8 * (1 + dice.below(3))}, {fragment_header, 8, offset}});
            is_first = offset == 0;
        }

        const bool has_ports = ip.protocol == 6 || ip.protocol == 17;
        fields = {.size = static_cast<std::uint16_t>(bytes.size()),
                  .source_port = source_port,
                  .destination_port = destination_port,
                  .traffic_class = ip.traffic_class,
                  .protocol = ip.protocol,
                  .family = is_ipv4 ? std::uint8_t{4} : std::uint8_t{6},
                  .show_ports = has_ports && is_first && payload.size() >= 4 ? std::uint8_t{1} : std::uint8_t{0},
                  .source = source_.data(),
                  .destination = destination_.data()};
    }
    AnyPacket(AnyPacket&&) = default;

    Bytes bytes;
    tunnel::ClassFields fields;

    static constexpr std::array<const char*, 4> ipv4_addresses{"192.0.2.1", "192.0.2.130", "198.51.100.7", "0.0.0.0"};
    static constexpr std::array<const char*, 4> ipv6_addresses{"2001:db8::1", "2001:db8:8000::1", "fe80::7", "::"};

private:
    void insert_options(std::size_t words) {
        bytes[0] = static_cast<std::uint8_t>(0x45 + words);
        bytes[3] = static_cast<std::uint8_t>(bytes[3] + 4 * words);  // of a short packet
        bytes.insert(bytes.begin() + 20, 4 * words, 1);
    }

    Bytes source_, destination_;
};

/// With prefixes that the addresses of AnyPacket are in, some of them.
ClassRecord any_class(Dice& dice) {
    ClassRecord wanted = dice.wanted();
    const auto choose = [&](std::uint8_t family, std::uint8_t& length, std::array<std::uint8_t, 16>& prefix) {
        if (family == 0) return;
        const auto& texts = family == 4 ? AnyPacket::ipv4_addresses : AnyPacket::ipv6_addresses;
        std::uint8_t same_family;
        want(prefix, same_family, length, texts[dice.below(texts.size())], dice.below(family == 4 ? 33 : 129));
    };
    choose(wanted.source_family, wanted.source_length, wanted.source);
    choose(wanted.destination_family, wanted.destination_length, wanted.destination);
    return wanted;
}

TEST(MatchClasses, gives_every_packet_of_any_burst_what_a_search_one_by_one_gives_it) {
    unsigned found = 0, in_none = 0;
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        Dice dice(seed);
        std::vector<ClassRecord> classes;
        std::vector<std::uint32_t> paths;
        for (std::size_t count = seed % 33; count != 0; --count) {
            classes.push_back(any_class(dice));
            paths.push_back(1U << paths.size());
        }
        const view::TunnelView tunnel = tunnel_with(classes);
        std::vector<AnyPacket> packets;
        std::vector<Bytes> bytes;
        for (std::size_t count = 1 + seed % packet::burst_capacity; count != 0; --count)
            bytes.push_back(packets.emplace_back(dice).bytes);
        const std::vector<std::uint32_t> chosen = paths_of(bytes, tunnel);
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            const std::uint32_t expected = tests::unit::searched(classes, paths, all_paths, packets[i].fields);
            ASSERT_EQ(chosen[i], expected) << "seed " << seed << ", packet " << i << " of " << chosen.size();
            found += expected != all_paths;
            in_none += expected == all_paths;
        }
    }
    EXPECT_GT(found, 20'000U);
    EXPECT_GT(in_none, 5'000U);
}

}  // namespace
}  // namespace ropewalk::dataplane::stages
