#include <tuple>

#include "dataplane/packet/burst.hpp"
#include "tests/packets/internet_checksum.hpp"
#include "tests/pipeline/fixture.hpp"
#include "tests/pipeline/forged_frame.hpp"
#include "tests/pipeline/static_keys.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using packets::Bytes;
using packets::IpFields;
using packets::joined;
using packets::packet_of_size;
using packets::to_hex;

/// Outer family, wire, cipher.
class RoundTrip : public TwoGateways, public ::testing::WithParamInterface<std::tuple<int, const char*, const char*>> {
protected:
    void start_with(unsigned mtu) {
        GatewayShape wanted;
        std::tie(wanted.outer, wanted.wire, wanted.cipher) = GetParam();
        wanted.mtu = mtu;
        start(wanted);
    }

    /// One burst over all paths: everything is delivered once, whole and in order.
    void expect_burst_passes(const std::vector<Bytes>& burst) {
        const std::vector<Frame> frames = sent_for(burst);
        ASSERT_EQ(frames.size(), burst.size() * shape.paths);
        for (std::uint16_t port = 0; port < shape.paths; ++port)
            hub->from_wan(port, {frames.begin() + static_cast<std::ptrdiff_t>(port * burst.size()),
                                 frames.begin() + static_cast<std::ptrdiff_t>((port + 1U) * burst.size())});
        const std::vector<Bytes> delivered = hub->take_delivered();
        ASSERT_EQ(delivered.size(), burst.size());
        for (std::size_t i = 0; i < burst.size(); ++i) {
            ASSERT_EQ(to_hex(delivered[i]), to_hex(burst[i])) << burst[i].size() << " bytes";
        }
        for (const Frame& frame : frames) ASSERT_LE(frame.bytes.size() - 14, shape.mtu);
    }

    void expect_sizes_pass(const IpFields& fields, std::size_t smallest, std::size_t largest) {
        std::vector<Bytes> burst;
        for (std::size_t size = smallest; size <= largest; ++size) {
            burst.push_back(packet_of_size(fields, size, size));
            if (burst.size() < dataplane::packet::burst_capacity && size < largest) continue;
            expect_burst_passes(burst);
            burst.clear();
        }
    }
};

TEST_P(RoundTrip, of_ipv4_packets_of_every_size_that_fits) {
    start_with(1500);
    expect_sizes_pass({}, 20, edge->tunnel().inner_mtu);
    EXPECT_EQ(hub->dropped_in_all(), hub->dropped(DropReason::duplicate));
}

TEST_P(RoundTrip, of_ipv6_packets_of_every_size_that_fits) {
    start_with(1500);
    expect_sizes_pass(packets::v6_fields(), 40, edge->tunnel().inner_mtu);
    EXPECT_EQ(hub->dropped_in_all(), hub->dropped(DropReason::duplicate));
}

TEST_P(RoundTrip, of_jumbo_packets) {
    start_with(9216);
    const std::uint16_t largest = edge->tunnel().inner_mtu;
    EXPECT_GT(largest, 9100);
    for (const std::size_t size : {std::size_t{1500}, std::size_t{4096}, std::size_t{8999}, std::size_t{largest}})
        expect_burst_passes({packet_of_size({}, size, size), packet_of_size(packets::v6_fields(), size, size)});
}

TEST_P(RoundTrip, both_ways) {
    start_with(1500);
    expect_passage(inner(1));
    IpFields back;
    std::swap(back.source, back.destination);
    const Bytes answer = packet_of_size(back, 333, 2);
    hub->from_inside({answer});
    for (const Frame& frame : hub->take_sent()) edge->from_wan(frame.port, {frame});
    EXPECT_EQ(edge->take_delivered(), std::vector<Bytes>{answer});
}

TEST_P(RoundTrip, all_copies_are_the_same_bytes_from_spi_to_icv) {
    start_with(1500);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto copies = copies_of(inner(seed, 20 + 61 * seed));
        for (const Frame& copy : copies) EXPECT_EQ(sealed_part(shape, copy), sealed_part(shape, copies.front()));
        carry(copies);
    }
    EXPECT_EQ(hub->take_delivered().size(), 20U);
}

TEST_P(RoundTrip, what_is_sent_is_esp_as_another_implementation_seals_it) {
    start_with(1500);
    const auto keys = static_keys("edge", "hub");
    const std::uint64_t first = edge->tunnel().state->sequence.next();
    const Bytes v4 = inner(1, 101);
    const Bytes v6 = packet_of_size(packets::v6_fields(), 100, 2);
    const auto frames = sent_for({v4, v6});
    // 101 bytes need one byte of padding, 100 two (RFC 4303 section 2.4).
    const Bytes with_trailer = joined({v4, Bytes{1, 1, 4}}), v6_with_trailer = joined({v6, Bytes{1, 2, 2, 41}});
    EXPECT_EQ(to_hex(sealed_part(shape, frames[0])), to_hex(forged_esp(keys, shape.cipher, first, with_trailer)));
    EXPECT_EQ(to_hex(sealed_part(shape, frames[1])),
              to_hex(forged_esp(keys, shape.cipher, first + 1, v6_with_trailer)));
}

TEST_P(RoundTrip, what_another_implementation_sealed_is_delivered) {
    start_with(1500);
    const Bytes packet = inner(1, 100);
    const Bytes esp = forged_esp(static_keys("edge", "hub"), shape.cipher, 4242, joined({packet, Bytes{1, 2, 2, 4}}));
    carry({forged_frame(shape, 1, joined({forged_copy_header(shape, 1, 0), esp}))});
    EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{packet});
}

TEST_P(RoundTrip, a_frame_goes_from_the_path_s_local_to_its_peer_endpoint_with_right_checksums) {
    start_with(1500);
    const auto copies = copies_of(inner(1));
    for (unsigned path = 1; path <= shape.paths; ++path) {
        const Frame& copy = copies[path - 1];
        EXPECT_EQ(copy.port, path - 1);
        const auto ip = std::span(copy.bytes).subspan(14);
        const std::size_t at = shape.outer == 4 ? 12 : 8, size = shape.outer == 4 ? 4 : 16;
        EXPECT_EQ(to_hex(ip.subspan(at, size)), to_hex(packets::address_bytes(edge_address(shape, path))));
        EXPECT_EQ(to_hex(ip.subspan(at + size, size)), to_hex(packets::address_bytes(hub_address(shape, path))));
        EXPECT_TRUE(packets::ip_checksum_is_right(ip));
        EXPECT_NE(packets::read_be16(ip, (shape.outer == 4 ? 20U : 40U) + 6), 0) << "UDP's checksum is computed";
        EXPECT_TRUE(packets::transport_checksum_is_right(ip));
    }
    carry(copies);
    EXPECT_EQ(hub->take_delivered().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(families_wires_ciphers, RoundTrip,
                         ::testing::Combine(::testing::Values(4, 6), ::testing::Values("ropewalk", "esp"),
                                            ::testing::Values("aes-256-gcm", "aes-128-gcm")));

TEST_F(TwoGateways, sequence_numbers_follow_each_other_over_bursts) {
    start();
    const std::uint64_t first = edge->tunnel().state->sequence.next();
    std::uint64_t expected = first;
    for (std::size_t burst = 1; burst <= 10; ++burst) {
        std::vector<Bytes> packets;
        for (std::uint64_t i = 0; i < burst; ++i) packets.push_back(inner(i));
        const auto frames = sent_for(packets);
        for (std::size_t i = 0; i < burst; ++i) {
            EXPECT_EQ(packets::read_be64(sealed_part(shape, frames[i]), 8), expected + i);
        }
        expected += burst;
    }
}

TEST_F(TwoGateways, udp_checksums_are_computed_or_left_out_over_either_family) {
    for (const int outer : {4, 6})
        for (const char* wanted : {"zero", "computed"}) {
            GatewayShape with;
            with.outer = outer;
            with.udp_checksum = wanted;
            start(with);
            for (const Frame& copy : copies_of(inner(1, 99))) {
                const auto ip = std::span(copy.bytes).subspan(14);
                const std::uint16_t checksum = packets::read_be16(ip, (outer == 4 ? 20U : 40U) + 6);
                EXPECT_EQ(checksum == 0, std::string(wanted) == "zero");
                if (checksum != 0) {
                    EXPECT_TRUE(packets::transport_checksum_is_right(ip));
                }
            }
            expect_passage(inner(2));
        }
}

TEST_F(TwoGateways, a_copy_is_taken_by_whichever_of_our_ports_it_comes_in) {
    for (const int outer : {4, 6}) {
        GatewayShape with;
        with.outer = outer;
        start(with);
        const auto copies = copies_of(inner(1));
        hub->from_wan(1, {copies[0]});
        EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{inner(1)});
        hub->from_wan(2, {copies[1]});
        EXPECT_EQ(hub->dropped(DropReason::duplicate), 1U);
    }
}

TEST_F(TwoGateways, the_outer_dscp_is_the_inner_one_or_the_path_s_own) {
    const std::uint8_t inner_byte = 46 << 2 | 2;
    for (const int outer : {4, 6})
        for (const auto& [wanted, expected] :
             {std::pair{"", inner_byte}, {"copy", inner_byte}, {"0", 2}, {"63", 63 << 2 | 2}}) {
            GatewayShape with;
            with.outer = outer;
            with.dscp = wanted;
            start(with);
            packets::IpFields fields;
            fields.traffic_class = inner_byte;
            const Bytes packet = packets::packet_of_size(fields, 100, 1);
            const auto copies = copies_of(packet);
            for (const Frame& copy : copies) {
                const std::uint16_t first = packets::read_be16(std::span(copy.bytes), 14);
                EXPECT_EQ(outer == 4 ? first & 0xff : first >> 4 & 0xff, expected) << wanted;
            }
            hub->from_wan(0, {copies.front()});
            EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{packet}) << "the inner mark stays";
        }
}

TEST_F(TwoGateways, a_burst_of_64_packets_of_mixed_sizes_passes_in_order) {
    start();
    std::vector<Bytes> burst;
    for (std::uint64_t i = 0; i < 64; ++i) burst.push_back(inner(i, 20 + i * 22));
    const auto frames = sent_for(burst);
    ASSERT_EQ(frames.size(), 192U);
    hub->from_wan(0, {frames.begin(), frames.begin() + 64});
    EXPECT_EQ(hub->take_delivered(), burst);
    EXPECT_EQ(edge->tunnel_counters().sealed_packets.get(), 64U);
    EXPECT_EQ(hub->tunnel_counters().delivered_packets.get(), 64U);
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
