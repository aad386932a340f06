#include <algorithm>
#include <memory>

#include "tests/pipeline/worker_fixture.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using dataplane::headers::InsideEthernet;
using packets::Bytes;

constexpr std::array<std::uint8_t, 6> ours{2, 0, 0, 0, 0, 1}, router{2, 0, 0, 0, 0, 2}, other{2, 0, 0, 0, 0, 3},
    everybody{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
constexpr std::uint16_t arp = 0x0806, vlan = 0x8100, ipv4 = 0x0800, ipv6 = 0x86dd;

Bytes framed(const std::array<std::uint8_t, 6>& to, const std::array<std::uint8_t, 6>& from, std::uint16_t type,
             const Bytes& payload) {
    Bytes frame(to.begin(), to.end());
    frame.insert(frame.end(), from.begin(), from.end());
    frame.push_back(static_cast<std::uint8_t>(type >> 8));
    frame.push_back(static_cast<std::uint8_t>(type));
    frame.insert(frame.end(), payload.begin(), payload.end());
    return frame;
}

Bytes from_router(const Bytes& packet, std::uint16_t type = ipv4) {
    return framed(ours, router, type, packet);
}

/// The edge's users are behind a port with a router.
class InsidePort : public WorkerTest {
protected:
    void start_behind_port(std::uint16_t mtu = 1500, unsigned inside_capacity = 1023) {
        ethernet = InsideEthernet::between(ours, router, mtu);
        start_worker(1023, inside_capacity);
    }
    static Bytes inner_v6(std::uint64_t seed) { return packets::packet_of_size(packets::v6_fields(), 100, seed); }
    /// Back to the edge's users.
    static Bytes answer_v6(std::uint64_t seed) {
        packets::IpFields fields = packets::v6_fields();
        std::swap(fields.source, fields.destination);
        return packets::packet_of_size(fields, 100, seed);
    }
};

TEST_F(InsidePort, cuts_the_header_off_frames_of_both_families) {
    start_behind_port();
    inside->arrive({from_router(inner(1)), from_router(inner_v6(2), ipv6), from_router(inner(3))});
    EXPECT_EQ(worker->turn(), 3U);
    carry_to_hub();
    EXPECT_EQ(hub->take_delivered(), (std::vector<Bytes>{inner(1), inner_v6(2), inner(3)}));
    EXPECT_EQ(counters().inside_rx_packets.get(), 3U);
    EXPECT_EQ(counters().inside_rx_bytes.get(), 3U * 114) << "frames, with their headers";
}

TEST_F(InsidePort, puts_a_header_before_packets_of_both_families) {
    start_behind_port();
    hub_sends({answer(1), answer_v6(2)});
    worker->turn();
    EXPECT_EQ(inside->take_sent(),
              (std::vector<Bytes>{framed(router, ours, ipv4, answer(1)), framed(router, ours, ipv6, answer_v6(2))}));
    EXPECT_EQ(counters().inside_tx_packets.get(), 2U);
    EXPECT_EQ(counters().inside_tx_bytes.get(), 2U * 114);
}

TEST_F(InsidePort, another_address_of_the_port_holds_from_the_next_turn_on) {
    constexpr std::array<std::uint8_t, 6> new_address{2, 0, 0, 0, 0, 0x77};
    start_behind_port();
    worker->turn();
    const InsideEthernet with_other = InsideEthernet::between(new_address, router, 1500);
    ethernet_now = &with_other;
    inside->arrive({from_router(inner(1)), framed(new_address, router, ipv4, inner(2))});
    hub_sends({answer(3)});
    worker->turn();
    EXPECT_EQ(dropped(DropReason::inside_not_for_us), 1U);
    EXPECT_EQ(inside->take_sent(), std::vector<Bytes>{framed(router, new_address, ipv4, answer(3))});
    carry_to_hub();
    EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{inner(2)});
}

TEST_F(InsidePort, drops_what_is_no_ip_and_what_is_too_short_for_a_header) {
    start_behind_port();
    const Bytes whole = from_router(inner(9));
    inside->arrive({framed(ours, router, arp, Bytes(46)), framed(ours, router, vlan, inner(1)),
                    Bytes(whole.begin(), whole.begin() + 13), Bytes(), whole});
    EXPECT_EQ(worker->turn(), 5U);
    EXPECT_EQ(dropped(DropReason::inside_not_ip), 4U);
    carry_to_hub();
    EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{inner(9)});
}

TEST_F(InsidePort, drops_what_is_for_other_stations) {
    start_behind_port();
    inside->arrive({framed(other, router, ipv4, inner(1)), framed(everybody, router, arp, Bytes(46)),
                    framed(everybody, router, ipv4, inner(2)), from_router(inner(3))});
    worker->turn();
    EXPECT_EQ(dropped(DropReason::inside_not_for_us), 3U);
    carry_to_hub();
    EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{inner(3)});
}

TEST_F(InsidePort, a_header_with_no_whole_packet_behind_it_is_dropped_as_elsewhere) {
    start_behind_port();
    const Bytes whole = inner(1);
    inside->arrive({from_router({}), from_router(Bytes(whole.begin(), whole.begin() + 60))});
    worker->turn();
    EXPECT_EQ(dropped(DropReason::inner_malformed), 2U);
}

TEST_F(InsidePort, ethernet_padding_does_not_travel) {
    start_behind_port();
    Bytes frame = from_router(inner(1, 30));
    frame.resize(60, 0xee);
    inside->arrive({frame});
    worker->turn();
    carry_to_hub();
    EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{inner(1, 30)});
}

TEST_F(InsidePort, the_largest_packet_fits_and_one_that_is_too_big_is_answered_in_a_frame) {
    start_behind_port();
    const std::uint16_t mtu = edge->tunnel().inner_mtu;
    inside->arrive({from_router(inner(1, mtu)), from_router(inner(2, mtu + 1U))});
    worker->turn();
    carry_to_hub();
    EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{inner(1, mtu)});
    EXPECT_EQ(dropped(DropReason::inner_too_big), 1U);
    const std::vector<Bytes> answers = inside->take_sent();
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(Bytes(answers[0].begin(), answers[0].begin() + 14), framed(router, ours, ipv4, {}));
    EXPECT_EQ(answers[0][14 + 20], 3) << "ICMP: unreachable";
}

TEST_F(InsidePort, sends_nothing_larger_than_the_port_carries) {
    start_behind_port(99);
    hub_sends({answer(1)});
    worker->turn();
    EXPECT_TRUE(inside->take_sent().empty());
    EXPECT_EQ(dropped(DropReason::inside_tx_too_big), 1U);
}

TEST_F(InsidePort, counts_what_the_port_does_not_take) {
    start_behind_port(1500, 7);
    std::vector<Bytes> packets;
    for (std::uint64_t i = 0; i < 20; ++i) packets.push_back(answer(i));
    hub_sends(packets);
    worker->turn();
    EXPECT_EQ(dropped(DropReason::inside_tx_full), 13U);
    const std::vector<Bytes> sent = inside->take_sent();
    ASSERT_EQ(sent.size(), 7U);
    for (std::size_t i = 0; i < sent.size(); ++i) EXPECT_EQ(sent[i], framed(router, ours, ipv4, packets[i]));
}

TEST_F(InsidePort, a_frame_in_two_segments_is_refused_whole) {
    start_behind_port();
    const Bytes frame = from_router(inner(1, 200));
    dataplane::packet::Burst burst;
    rte_mbuf* const head = edge->mbuf_of(Bytes(frame.begin(), frame.begin() + 100));
    ASSERT_EQ(rte_pktmbuf_chain(head, edge->mbuf_of(Bytes(frame.begin() + 100, frame.end()))), 0);
    burst.push(dataplane::packet::Packet::from(head));
    const auto receivers = std::make_unique<dataplane::stages::PathReceivers>();
    dataplane::stages::Context context(*section, *control, 1, *senders, *receivers, pool.get());
    dataplane::stages::cut_ethernet(burst, *ethernet, context);
    ASSERT_EQ(burst.count, 1U);
    EXPECT_EQ(head->pkt_len, 200U);
    EXPECT_EQ(head->data_len, 86U);
    burst.free();
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
