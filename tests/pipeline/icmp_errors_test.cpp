#include "tests/pipeline/fixture.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using packets::Bytes;
using packets::icmp_error;
using packets::IpFields;
using packets::packet_of_size;

constexpr std::uint8_t time_exceeded = 11, time_exceeded_v6 = 3, packet_too_big = 2;

IpFields from_to(const std::string& source, const std::string& destination) {
    IpFields fields;
    fields.source = source;
    fields.destination = destination;
    return fields;
}

/// Errors of a router behind the edge, which is in none of the hub's prefixes, to the hub's user 192.0.2.2 or
/// 2001:db8:1::2 about what that one sent to the edge's.
class IcmpErrors : public TwoGateways {
protected:
    static constexpr const char* router = "198.18.0.1";
    static constexpr const char* router_v6 = "2001:db8:99::1";

    void SetUp() override { start(); }

    static Bytes sent(const std::string& source = "192.0.2.2", const std::string& destination = "192.0.2.1") {
        return packet_of_size(from_to(source, destination), 100, 1);
    }
    static Bytes sent_v6(const std::string& source = "2001:db8:1::2",
                         const std::string& destination = "2001:db8:1::1") {
        return sent(source, destination);
    }
    static Bytes error(const Bytes& quoted, std::uint8_t type = time_exceeded) {
        return icmp_error(from_to(router, "192.0.2.2"), type, quoted);
    }
    static Bytes error_v6(const Bytes& quoted, std::uint8_t type = time_exceeded_v6) {
        return icmp_error(from_to(router_v6, "2001:db8:1::2"), type, quoted);
    }
    static Bytes first(const Bytes& bytes, std::size_t size) {
        return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
    }
    void expect_refused(const Bytes& packet) {
        const std::uint64_t before = hub->dropped(DropReason::inner_source);
        carry(copies_of(packet));
        EXPECT_TRUE(hub->take_delivered().empty());
        EXPECT_EQ(hub->dropped(DropReason::inner_source), before + 1);
    }
};

TEST_F(IcmpErrors, of_any_router_are_delivered_when_they_quote_what_went_to_the_peer) {
    for (const std::uint8_t type : {3, 11, 12}) expect_passage(error(sent(), type));
    for (const std::uint8_t type : {1, 2, 3, 4}) expect_passage(error_v6(sent_v6(), type));
    EXPECT_EQ(hub->tunnel_counters().delivered_packets.get(), 7U);
    EXPECT_EQ(hub->dropped(DropReason::inner_source), 0U);
}

TEST_F(IcmpErrors, may_quote_as_little_as_a_header_and_as_much_as_fits) {
    expect_passage(error(first(sent(), 28)));
    expect_passage(error(first(sent(), 20)));
    expect_passage(error(packet_of_size(from_to("192.0.2.2", "192.0.2.1"), 548, 2)));
    expect_passage(error_v6(first(sent_v6(), 40), packet_too_big));
    expect_passage(error_v6(packet_of_size(from_to("2001:db8:1::2", "2001:db8:1::1"), 1232, 2), packet_too_big));
}

TEST_F(IcmpErrors, with_a_quote_that_is_cut_off_or_damaged_are_refused) {
    for (const std::size_t size : {0U, 1U, 12U, 16U, 19U}) expect_refused(error(first(sent(), size)));
    for (const std::size_t size : {0U, 8U, 24U, 39U}) expect_refused(error_v6(first(sent_v6(), size)));
    Bytes damaged = sent();
    for (const std::uint8_t version_and_length : {0x44, 0x65, 0x05}) {
        damaged[0] = version_and_length;
        expect_refused(error(damaged));
    }
    damaged[0] = 0x4f;
    expect_refused(error(first(damaged, 59)));
    expect_refused(error(sent_v6()));
    expect_refused(error_v6(sent()));
}

TEST_F(IcmpErrors, about_a_packet_that_this_tunnel_does_not_carry_are_refused) {
    expect_refused(error(sent("192.0.2.2", "198.51.100.7")));
    expect_refused(error(sent("192.0.2.2", router)));
    expect_refused(error(sent("192.0.2.1", "192.0.2.2")));
    expect_refused(error_v6(sent_v6("2001:db8:1::2", "2001:db8:2::1")));
    expect_refused(error_v6(sent_v6("2001:db8:1::1", "2001:db8:1::2")));
}

TEST_F(IcmpErrors, for_others_than_the_sender_of_the_quoted_packet_are_refused) {
    expect_refused(error(sent("192.0.2.77", "192.0.2.1")));
    // Each half of an IPv6 address by itself.
    expect_refused(error_v6(sent_v6("2001:db8:1::3", "2001:db8:1::1")));
    expect_refused(error_v6(sent_v6("2001:db8:2::2", "2001:db8:1::1")));
}

TEST_F(IcmpErrors, about_a_packet_from_the_peers_own_side_are_refused) {
    std::string wide = hub_yaml(shape);
    const std::string narrow = "192.0.2.1/32, \"2001:db8:1::1/128\"";
    wide.replace(wide.find(narrow), narrow.size(), "192.0.2.0/29, \"2001:db8:1::/64\"");
    hub->reload(wide);
    expect_refused(error(sent()));
    expect_refused(error_v6(sent_v6()));
}

TEST_F(IcmpErrors, are_the_only_packets_whose_source_may_be_anybodys) {
    for (const std::uint8_t type : {0, 4, 5, 8, 13}) expect_refused(error(sent(), type));
    for (const std::uint8_t type : {0, 5, 100, 127, 128, 129, 134, 137}) expect_refused(error_v6(sent_v6(), type));
    Bytes udp = error(sent());
    udp[9] = 17;
    expect_refused(udp);
    IpFields later = from_to(router, "192.0.2.2");
    later.flags_fragment = 0x0001;
    expect_refused(icmp_error(later, time_exceeded, sent()));
    expect_passage(inner(2));
}

TEST_F(IcmpErrors, are_found_behind_extension_headers) {
    const Bytes plain = error_v6(sent_v6(), packet_too_big);
    expect_passage(packets::with_extension_headers(plain, {{packets::hop_by_hop}, {packets::destination_options, 16}}));
    expect_refused(packets::with_extension_headers(plain, {{packets::fragment_header, 8, 0x0008}}));
    expect_refused(packets::with_extension_headers(
        plain, std::vector<packets::ExtensionHeader>(9, {packets::destination_options})));
}

/// A gateway with two tunnels receives from the first.
class IcmpErrorsOfTwoTunnels : public IcmpErrors {
protected:
    void SetUp() override {
        GatewayShape wanted;
        wanted.depot = GatewayShape::Depot::present;
        start(wanted);
    }
    std::vector<Bytes> delivered_at_edge(const Bytes& packet) {
        hub->from_inside({packet});
        for (const Frame& frame : hub->take_sent()) edge->from_wan(frame.port, {frame});
        return edge->take_delivered();
    }
};

TEST_F(IcmpErrorsOfTwoTunnels, are_refused_when_they_quote_what_went_to_another_peer) {
    const auto error_about = [](const std::string& destination) {
        return icmp_error(from_to(router, "192.0.2.1"), time_exceeded, sent("192.0.2.1", destination));
    };
    EXPECT_EQ(delivered_at_edge(error_about("192.0.2.2")).size(), 1U);
    EXPECT_TRUE(delivered_at_edge(error_about("192.0.2.3")).empty());
    EXPECT_EQ(edge->dropped(DropReason::inner_source), 1U);
}

TEST_F(IcmpErrorsOfTwoTunnels, are_delivered_for_users_of_another_peer_whose_packets_go_on_from_here) {
    std::string yaml = hub_yaml(shape);
    const std::string own = "192.0.2.1/32";
    yaml.replace(yaml.find(own), own.size(), own + ", 192.0.2.3/32");
    hub->reload(yaml);
    const Bytes error = icmp_error(from_to(router, "192.0.2.3"), time_exceeded, sent("192.0.2.3", "192.0.2.2"));
    EXPECT_EQ(delivered_at_edge(error), std::vector<Bytes>{error});
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
