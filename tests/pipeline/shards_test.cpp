#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "dataplane/packet/hop_data.hpp"
#include "tests/packets/internet_checksum.hpp"
#include "tests/pipeline/fixture.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using packets::Bytes;

constexpr std::uint32_t all_paths = dataplane::packet::unknown_path_slot;
constexpr std::uint16_t first_port = 4500;

/// Outer family, UDP checksum, shards of the hub.
class Shards : public TwoGateways, public ::testing::WithParamInterface<std::tuple<int, const char*, unsigned>> {
protected:
    void SetUp() override {
        GatewayShape wanted;
        std::tie(wanted.outer, wanted.udp_checksum, wanted.hub_shards) = GetParam();
        start(wanted);
        edge->peer_announces(static_cast<std::uint8_t>(shape.hub_shards));
    }

    std::size_t udp_at() const { return 14U + (shape.outer == 4 ? 20U : 40U); }
    std::uint16_t port_of(const Frame& frame) const { return packets::read_be16(frame.bytes, udp_at() + 2); }
    std::uint64_t sequence_of(const Frame& frame) const { return packets::read_be64(sealed_part(shape, frame), 8); }
    Frame to_port(Frame frame, unsigned port) const {
        packets::set_be16(frame.bytes, udp_at() + 2, static_cast<std::uint16_t>(port));
        return frame;
    }
};

TEST_P(Shards, are_chosen_by_the_block_of_sequence_numbers_the_same_on_every_path) {
    std::map<std::uint64_t, std::set<std::string>> sealed;
    std::map<std::uint64_t, std::set<std::uint16_t>> ports;
    std::set<std::uint16_t> seen;
    // Bursts that begin anywhere in a block, and reach into the next.
    for (std::uint64_t burst = 0; burst < 40; ++burst) {
        std::vector<Bytes> packets;
        for (std::uint64_t i = 0; i < 37; ++i) packets.push_back(inner(burst * 100 + i, 60 + i));
        const auto frames = sent_for(packets);
        ASSERT_EQ(frames.size(), 37U * 3);
        for (const Frame& frame : frames) {
            const std::uint64_t sequence = sequence_of(frame);
            ASSERT_EQ(port_of(frame), first_port + (sequence >> 6) % shape.hub_shards) << sequence;
            ASSERT_EQ(packets::read_be16(frame.bytes, udp_at()), first_port) << "the source stays as it is";
            sealed[sequence].insert(packets::to_hex(sealed_part(shape, frame)));
            seen.insert(port_of(frame));
        }
        carry(frames);
        EXPECT_EQ(hub->take_delivered(), packets);
    }
    for (const auto& [sequence, bytes] : sealed) ASSERT_EQ(bytes.size(), 1U) << sequence;
    EXPECT_EQ(seen.size(), std::min(shape.hub_shards, 23U)) << "every port gets its share";
    EXPECT_EQ(hub->dropped_in_all(), hub->dropped(DropReason::duplicate));
}

TEST_P(Shards, leave_checksums_right) {
    for (std::uint64_t burst = 0; burst < 8; ++burst) {
        std::vector<Bytes> packets;
        for (std::uint64_t i = 0; i < 60; ++i) packets.push_back(inner(burst * 100 + i, 60 + 2 * i));
        for (const Frame& frame : sent_for(packets)) {
            const auto ip = std::span(frame.bytes).subspan(14);
            ASSERT_TRUE(packets::ip_checksum_is_right(ip)) << sequence_of(frame);
            if (shape.udp_checksum == "computed") {
                ASSERT_NE(packets::read_be16(frame.bytes, udp_at() + 6), 0);
                ASSERT_TRUE(packets::transport_checksum_is_right(ip)) << sequence_of(frame);
            } else {
                ASSERT_EQ(packets::read_be16(frame.bytes, udp_at() + 6), 0);
            }
        }
    }
}

TEST_P(Shards, control_messages_go_to_the_first_port_whatever_their_number) {
    for (int i = 0; i < 200; ++i) {
        // Packets in between, so that the numbers run over blocks.
        carry(sent_for({inner(static_cast<std::uint64_t>(i)), inner(1000U + static_cast<std::uint64_t>(i))}));
        edge->inject(edge->tunnel().slot, all_paths, Bytes{1, 2, 3});
        const auto frames = edge->take_sent();
        ASSERT_EQ(frames.size(), 3U);
        for (const Frame& frame : frames) ASSERT_EQ(port_of(frame), first_port) << sequence_of(frame);
        carry(frames);
        const auto punted = hub->take_punted();
        ASSERT_TRUE(punted);
        EXPECT_EQ(punted->head.sequence, sequence_of(frames.front())) << "control orders what it hears by this";
    }
}

TEST_P(Shards, tell_each_worker_by_itself_what_is_missing_on_a_path) {
    // By port, as the workers of a port whose queues are steered get them.
    std::map<std::uint16_t, std::vector<Frame>> by_port;
    for (std::uint64_t burst = 0; burst < 60; ++burst) {
        std::vector<Bytes> packets;
        for (std::uint64_t i = 0; i < 37; ++i) packets.push_back(inner(burst * 100 + i, 60));
        for (const Frame& frame : sent_for(packets))
            if (frame.port == 0) by_port[port_of(frame)].push_back(frame);
    }
    const auto missing = [&] { return hub->path_counters(1).rx_missing.get(); };
    std::uint64_t lost = 0;
    for (auto& [port, frames] : by_port) {
        SCOPED_TRACE(port);
        for (const Frame& frame : frames) {
            carry({frame});
            EXPECT_EQ(hub->take_delivered().size(), 1U);
        }
        EXPECT_EQ(missing(), lost);
    }
    // Longer than all ports take their turns, so that each of those that lost one gets another.
    for (int round = 0; round < 1300; ++round) {
        const Frame frame = copies_of(inner(100'000U + static_cast<std::uint64_t>(round))).front();
        if (round == 7 || round == 150)
            ++lost;
        else
            carry({frame});
        hub->take_delivered();
    }
    EXPECT_EQ(missing(), lost);
}

TEST_P(Shards, decide_nothing_about_delivery) {
    const unsigned last = first_port + shape.hub_shards - 1;
    for (unsigned port = first_port; port <= last; ++port) {
        const auto copies = copies_of(inner(port));
        carry({to_port(copies.front(), port)});
        EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{inner(port)}) << port;
    }
    EXPECT_EQ(hub->dropped_in_all(), 0U);
    const auto copies = copies_of(inner(1));
    carry({to_port(copies[0], last + 1), to_port(copies[1], first_port - 1U)});
    EXPECT_TRUE(hub->take_delivered().empty());
    EXPECT_EQ(hub->dropped(DropReason::not_for_us), 2U);
    carry({copies[2]});
    EXPECT_EQ(hub->take_delivered().size(), 1U);
}

TEST_P(Shards, of_a_peer_that_announces_one_again_are_left_at_once) {
    edge->peer_announces(1);
    std::vector<Bytes> packets;
    for (std::uint64_t i = 0; i < 64; ++i) packets.push_back(inner(i));
    for (int burst = 0; burst < 3; ++burst) {
        const auto frames = sent_for(packets);
        for (const Frame& frame : frames) ASSERT_EQ(port_of(frame), first_port);
        carry(frames);
        EXPECT_EQ(hub->take_delivered().size(), 64U);
    }
}

INSTANTIATE_TEST_SUITE_P(families_checksums_and_numbers, Shards,
                         ::testing::Combine(::testing::Values(4, 6), ::testing::Values("zero", "computed"),
                                            ::testing::Values(1U, 2U, 3U, 16U)));

class ShardsOfOneTunnel : public TwoGateways {};

TEST_F(ShardsOfOneTunnel, do_not_change_what_goes_to_another) {
    GatewayShape wanted;
    wanted.hub_shards = 4;
    wanted.depot = GatewayShape::Depot::present;
    start(wanted);
    edge->peer_announces(4);
    packets::IpFields to_depot;
    to_depot.destination = "192.0.2.3";
    std::set<std::uint16_t> hub_ports, depot_ports;
    for (std::uint64_t burst = 0; burst < 20; ++burst) {
        std::vector<Bytes> packets;
        for (std::uint64_t i = 0; i < 20; ++i) {
            packets.push_back(inner(i));
            packets.push_back(packets::packet_of_size(to_depot, 100, i));
        }
        for (const Frame& frame : sent_for(packets)) {
            const bool is_depot = frame.bytes[14 + 16] == 198 && frame.bytes[14 + 17] == 18;
            (is_depot ? depot_ports : hub_ports).insert(packets::read_be16(frame.bytes, 14 + 20 + 2));
        }
    }
    EXPECT_EQ(hub_ports, (std::set<std::uint16_t>{4500, 4501, 4502, 4503}));
    EXPECT_EQ(depot_ports, std::set<std::uint16_t>{4600});
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
