#include <algorithm>

#include "tests/packets/internet_checksum.hpp"
#include "tests/pipeline/fixture.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using packets::Bytes;
using packets::IpFields;
using packets::packet_of_size;

class FromInside : public TwoGateways {
protected:
    /// Packets that must not leave on any path, for this reason.
    void expect_dropped(DropReason reason, const std::vector<Bytes>& packets) {
        const std::uint64_t before = edge->dropped(reason);
        EXPECT_TRUE(sent_for(packets).empty());
        EXPECT_EQ(edge->dropped(reason), before + packets.size());
    }
    IpFields to(const std::string& destination) const {
        IpFields fields = destination.find(':') == std::string::npos ? IpFields{} : packets::v6_fields();
        fields.destination = destination;
        return fields;
    }
};

TEST_F(FromInside, destinations_of_no_tunnel_are_dropped) {
    start();
    expect_dropped(DropReason::no_tunnel,
                   {packet_of_size(to("192.0.2.9"), 100, 1), packet_of_size(to("198.18.5.5"), 100, 2),
                    packet_of_size(to("2001:db8:9::2"), 100, 3), packet_of_size(to("224.0.0.1"), 100, 4)});
    EXPECT_EQ(edge->tunnel_counters().sealed_packets.get(), 0U);
}

TEST_F(FromInside, what_is_no_whole_ip_packet_is_dropped) {
    start();
    const Bytes whole = inner(1, 60);
    std::vector<Bytes> broken{Bytes(), Bytes(19, 0x45), Bytes(60, 0x00), Bytes(60, 0x50)};
    for (const std::size_t size : {std::size_t{20}, std::size_t{40}, std::size_t{59}})
        broken.emplace_back(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    expect_dropped(DropReason::inner_malformed, broken);
}

TEST_F(FromInside, bytes_behind_the_packet_are_cut_off) {
    start();
    const Bytes packet = inner(1, 60);
    Bytes padded = packet;
    padded.resize(80, 0xee);
    carry(sent_for({padded}));
    EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{packet});
    EXPECT_EQ(edge->tunnel_counters().sealed_bytes.get(), 60U);
}

TEST_F(FromInside, a_packet_without_room_for_headers_or_trailer_is_dropped) {
    start();
    rte_mbuf* const no_headroom = edge->mbuf_of(Bytes());
    no_headroom->data_off = 85;
    const Bytes packet = inner(1, 60);
    std::copy(packet.begin(), packet.end(), rte_pktmbuf_append(no_headroom, 60));
    edge->mbufs_from_inside({no_headroom});
    EXPECT_EQ(edge->dropped(DropReason::inner_malformed), 1U);

    rte_mbuf* const no_tailroom = edge->mbuf_of(packet);
    no_tailroom->buf_len = static_cast<std::uint16_t>(no_tailroom->data_off + 60 + 20);
    const std::uint16_t whole = rte_pktmbuf_data_room_size(pool.get());
    edge->mbufs_from_inside({no_tailroom});
    no_tailroom->buf_len = whole;
    EXPECT_EQ(edge->dropped(DropReason::inner_malformed), 2U);
}

TEST_F(FromInside, packets_too_big_for_the_paths_are_answered_by_icmp_towards_their_sender) {
    start();
    const std::uint16_t mtu = edge->tunnel().inner_mtu;
    for (const IpFields& fields : {IpFields{}, packets::v6_fields()}) {
        EXPECT_TRUE(sent_for({packet_of_size(fields, mtu + 1U, 1)}).empty());
        const std::vector<Bytes> answers = edge->take_delivered();
        ASSERT_EQ(answers.size(), 1U);
        const bool v4 = fields.source == "192.0.2.1";
        const std::size_t destination = v4 ? 16 : 24, icmp = v4 ? 20 : 40;
        const auto answer = std::span(answers[0]);
        EXPECT_EQ(packets::to_hex(answer.subspan(destination, v4 ? 4 : 16)),
                  packets::to_hex(packets::address_bytes(fields.source)));
        EXPECT_EQ(answer[icmp], v4 ? 3 : 2);
        EXPECT_EQ(packets::read_be32(answer, icmp + 4), mtu);
        EXPECT_TRUE(packets::ip_checksum_is_right(answer));
        EXPECT_TRUE(packets::transport_checksum_is_right(answer));
    }
    EXPECT_EQ(edge->dropped(DropReason::inner_too_big), 2U);
    EXPECT_EQ(edge->tunnel_counters().icmp_sent.get(), 2U);
}

TEST_F(FromInside, a_packet_too_big_that_may_be_fragmented_is_dropped_without_an_answer) {
    start();
    IpFields fields;
    fields.flags_fragment = 0;
    expect_dropped(DropReason::inner_too_big, {packet_of_size(fields, edge->tunnel().inner_mtu + 1U, 1)});
    EXPECT_TRUE(edge->take_delivered().empty());
    EXPECT_EQ(edge->tunnel_counters().icmp_sent.get(), 0U);
}

TEST_F(FromInside, senders_of_packets_too_big_are_told_at_a_limited_rate) {
    using dataplane::stages::icmp_answers_at_once;
    start();
    const Bytes too_big = packet_of_size({}, edge->tunnel().inner_mtu + 1U, 1);
    const auto answers_to = [&](std::size_t packets) {
        EXPECT_TRUE(sent_for(std::vector<Bytes>(packets, too_big)).empty());
        return edge->take_delivered().size();
    };
    EXPECT_EQ(answers_to(64), icmp_answers_at_once);
    EXPECT_EQ(edge->dropped(DropReason::inner_too_big), icmp_answers_at_once);
    EXPECT_EQ(edge->dropped(DropReason::too_big_untold), 64 - icmp_answers_at_once);
    edge->context().now_ns += 30'000'000;
    EXPECT_EQ(answers_to(64), 3U) << "one for each 10 ms";
    edge->context().now_ns += 1'000'000'000;
    EXPECT_EQ(answers_to(64), icmp_answers_at_once);
    EXPECT_EQ(edge->tunnel_counters().icmp_sent.get(), 2 * icmp_answers_at_once + 3);
    expect_dropped(DropReason::too_big_untold, {too_big});
}

TEST_F(FromInside, packets_that_are_not_answered_in_any_case_take_nothing_from_the_limit) {
    start();
    const std::size_t size = edge->tunnel().inner_mtu + 1U;
    IpFields without_df;
    without_df.flags_fragment = 0;
    expect_dropped(DropReason::inner_too_big, std::vector<Bytes>(64, packet_of_size(without_df, size, 1)));
    EXPECT_TRUE(sent_for({packet_of_size({}, size, 1)}).empty());
    EXPECT_EQ(edge->take_delivered().size(), 1U);
}

TEST_F(FromInside, a_packet_in_two_segments_is_too_big_and_not_answered) {
    start();
    const Bytes packet = inner(1, 200);
    rte_mbuf* const head = edge->mbuf_of(Bytes(packet.begin(), packet.begin() + 100));
    ASSERT_EQ(rte_pktmbuf_chain(head, edge->mbuf_of(Bytes(packet.begin() + 100, packet.end()))), 0);
    edge->mbufs_from_inside({head});
    EXPECT_EQ(edge->dropped(DropReason::inner_too_big), 1U);
    EXPECT_TRUE(edge->take_sent().empty());
    EXPECT_TRUE(edge->take_delivered().empty());
}

TEST_F(FromInside, the_mss_of_a_syn_is_lowered_to_what_fits) {
    start();
    const auto mss = static_cast<std::uint16_t>(edge->tunnel().inner_mtu - 40);
    const Bytes syn = packets::tcp_packet({}, 0x02, packets::from_hex("020405b4"));
    carry(sent_for({syn}));
    const Bytes delivered = hub->take_delivered().at(0);
    EXPECT_EQ(packets::read_be16(delivered, 42), mss);
    EXPECT_TRUE(packets::transport_checksum_is_right(delivered));
    EXPECT_EQ(edge->tunnel_counters().mss_clamped.get(), 1U);

    expect_passage(packets::tcp_packet({}, 0x02, packets::from_hex("02040400")));
    EXPECT_EQ(edge->tunnel_counters().mss_clamped.get(), 1U);
}

TEST_F(FromInside, a_path_without_next_hop_carries_nothing_and_without_any_packets_are_dropped) {
    GatewayShape wanted;
    wanted.without_next_hop = {2};
    start(wanted);
    const auto copies = copies_of(inner(1));
    EXPECT_EQ(copies[0].port, 0);
    EXPECT_EQ(copies[1].port, 2);
    carry(copies);
    EXPECT_EQ(hub->take_delivered().size(), 1U);

    wanted.without_next_hop = {1, 2, 3};
    start(wanted);
    expect_dropped(DropReason::no_path, {inner(2), packet_of_size(packets::v6_fields(), 99, 3)});
}

TEST_F(FromInside, a_leased_sequence_that_is_used_up_holds_packets_back_until_it_is_renewed) {
    start();
    auto& sequence = edge->tunnel().state->sequence;
    sequence.extend_to(sequence.next() + 3);
    const std::uint64_t held = sequence.next() + 3;
    EXPECT_EQ(sent_for({inner(1), inner(2)}).size(), 6U);
    expect_dropped(DropReason::sequence_held, {inner(3), inner(4)});
    edge->registry().renew_leases();
    const auto copies = copies_of(inner(5));
    EXPECT_GE(packets::read_be64(sealed_part(shape, copies[0]), 8), held);
    carry(copies);
    EXPECT_EQ(hub->take_delivered().size(), 1U);
}

TEST_F(FromInside, without_memory_for_all_copies_the_packet_still_goes_on_some_paths) {
    for (const std::size_t free : {0U, 1U, 2U}) {
        start();
        rte_mbuf* const packet = edge->mbuf_of(inner(1));
        std::vector<rte_mbuf*> others;
        while (rte_mbuf* mbuf = rte_pktmbuf_alloc(pool.get())) others.push_back(mbuf);
        for (std::size_t i = 0; i < free; ++i) {
            rte_pktmbuf_free(others.back());
            others.pop_back();
        }
        edge->mbufs_from_inside({packet});
        rte_pktmbuf_free_bulk(others.data(), static_cast<unsigned>(others.size()));

        EXPECT_EQ(edge->dropped(DropReason::no_memory), 2 - free);
        EXPECT_EQ(edge->dropped_in_all(), 2 - free);
        EXPECT_EQ(edge->tunnel_counters().sealed_packets.get(), 1U);
        const auto copies = edge->take_sent();
        EXPECT_EQ(copies.size(), 1 + free);
        carry(copies);
        EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{inner(1)});
    }
}

TEST_F(FromInside, copies_are_counted_on_their_paths_in_outer_bytes) {
    start();
    const auto copies = copies_of(inner(1, 100));
    carry(copies);
    for (unsigned path = 1; path <= 3; ++path) {
        const std::size_t outer = copies[path - 1].bytes.size() - 14;
        EXPECT_EQ(edge->path_counters(path).tx_copies.get(), 1U);
        EXPECT_EQ(edge->path_counters(path).tx_bytes.get(), outer);
        EXPECT_EQ(hub->path_counters(path).rx_copies.get(), 1U);
        EXPECT_EQ(hub->path_counters(path).rx_bytes.get(), outer);
    }
    EXPECT_EQ(edge->tunnel_counters().sealed_packets.get(), 1U);
    EXPECT_EQ(edge->tunnel_counters().sealed_bytes.get(), 100U);
    EXPECT_EQ(hub->tunnel_counters().delivered_packets.get(), 1U);
    EXPECT_EQ(hub->tunnel_counters().delivered_bytes.get(), 100U);
}

TEST_F(FromInside, two_tunnels_in_one_burst_keep_the_order_of_each) {
    GatewayShape wanted;
    wanted.depot = GatewayShape::Depot::present;
    start(wanted);
    GatewayUnderTest depot(depot_yaml(shape), pool.get());
    std::vector<Bytes> mixed, for_hub, for_depot;
    for (std::uint64_t i = 0; i < 64; ++i) {
        const bool to_depot = i * i % 3 == 1;
        mixed.push_back(packet_of_size(to(to_depot ? "192.0.2.3" : "192.0.2.2"), 60 + i, i));
        (to_depot ? for_depot : for_hub).push_back(mixed.back());
    }
    const auto frames = sent_for(mixed);
    ASSERT_EQ(frames.size(), 192U);
    for (const Frame& frame : frames) {
        const bool to_depot = packets::read_be16(frame.bytes, 14 + 20 + 2) == 4600;
        (to_depot ? depot : *hub).from_wan(frame.port, {frame});
    }
    EXPECT_EQ(hub->take_delivered(), for_hub);
    EXPECT_EQ(depot.take_delivered(), for_depot);
    EXPECT_EQ(edge->tunnel_counters(0).sealed_packets.get(), for_hub.size());
    EXPECT_EQ(edge->tunnel_counters(1).sealed_packets.get(), for_depot.size());
    depot.expect_every_packet_accounted_for();
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
