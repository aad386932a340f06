#include "config/region/spsc_ring.hpp"
#include "dataplane/packet/hop_data.hpp"
#include "dataplane/pipeline/injected.hpp"
#include "tests/pipeline/fixture.hpp"
#include "tests/pipeline/forged_frame.hpp"
#include "tests/pipeline/static_keys.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using config::region::Message;
using packets::Bytes;
using packets::joined;

constexpr std::uint32_t all_paths = dataplane::packet::unknown_path_slot;

class ControlMessages : public TwoGateways {
protected:
    void SetUp() override { start(); }

    std::uint32_t tunnel_slot() const { return edge->tunnel().slot; }
    std::uint32_t path_slot(unsigned path) const { return edge->tunnel().paths[path - 1].slot; }
    static Bytes text_of(const Message& message) {
        return {message.bytes.begin(), message.bytes.begin() + message.size};
    }
    /// A plaintext of the edge's making, trailer included, sealed and sent on path 1.
    void carry_sealed(const Bytes& plaintext) {
        const Bytes esp = forged_esp(static_keys("edge", "hub"), shape.cipher, ++forged_sequence, plaintext);
        carry({forged_frame(shape, 1, joined({forged_copy_header(shape, 1, 0), esp}))});
    }

    std::uint64_t forged_sequence = 1000;
};

TEST_F(ControlMessages, go_on_the_path_they_name_and_reach_the_far_control) {
    for (unsigned path = 1; path <= 3; ++path) {
        const Bytes message = packets::pattern(40 + path, path);
        edge->inject(tunnel_slot(), path_slot(path), message);
        const auto frames = edge->take_sent();
        ASSERT_EQ(frames.size(), 1U);
        EXPECT_EQ(frames[0].port, path - 1);
        hub->context().now_ns = 5'000 + path;
        carry(frames);
        const auto punted = hub->take_punted();
        ASSERT_TRUE(punted);
        EXPECT_EQ(text_of(*punted), message);
        EXPECT_EQ(punted->head.tunnel_slot, hub->tunnel().slot);
        EXPECT_EQ(punted->head.path_slot, hub->tunnel().paths[path - 1].slot);
        EXPECT_EQ(punted->head.key_tag, config::region::TunnelOrder::tag_of(hub->tunnel().rx_key_id));
        EXPECT_EQ(punted->head.time_ns, 5'000U + path);
        EXPECT_EQ(hub->path_counters(path).rx_first.get(), 1U);
        EXPECT_EQ(hub->path_signals(path).heard_ns.get(), 5'000U + path) << "sealed messages are life";
    }
    EXPECT_TRUE(hub->take_delivered().empty()) << "nothing of this is for the users";
    EXPECT_EQ(edge->tunnel_counters().injected_packets.get(), 3U);
    EXPECT_EQ(hub->tunnel_counters().punted_packets.get(), 3U);
}

TEST_F(ControlMessages, for_all_paths_are_one_packet_and_reach_the_far_control_once) {
    edge->inject(tunnel_slot(), all_paths, Bytes{1, 2, 3});
    const auto frames = edge->take_sent();
    ASSERT_EQ(frames.size(), 3U);
    EXPECT_EQ(sealed_part(shape, frames[0]), sealed_part(shape, frames[2]));
    carry(frames);
    EXPECT_TRUE(hub->take_punted());
    EXPECT_FALSE(hub->take_punted());
    EXPECT_EQ(hub->dropped(DropReason::duplicate), 2U);
}

TEST_F(ControlMessages, are_carried_at_every_size_the_ring_takes) {
    for (std::size_t size = 1; size <= config::region::message_capacity_bytes; ++size) {
        Bytes message = packets::pattern(size, size);
        message[0] = 0xff;  // no worker's
        edge->inject(tunnel_slot(), path_slot(1), message);
        carry(edge->take_sent());
        const auto punted = hub->take_punted();
        ASSERT_TRUE(punted) << size;
        ASSERT_EQ(text_of(*punted), message);
    }
}

TEST_F(ControlMessages, to_a_tunnel_or_path_that_is_not_there_are_left_out) {
    GatewayShape wanted;
    wanted.without_next_hop = {2};
    start(wanted);
    edge->inject(tunnel_slot() + 1, all_paths, Bytes{1});
    edge->inject(5'000, all_paths, Bytes{1});
    edge->inject(tunnel_slot(), path_slot(3) + 1, Bytes{1});
    edge->inject(tunnel_slot(), path_slot(2), Bytes{1});
    edge->inject(tunnel_slot(), path_slot(1), Bytes{});
    EXPECT_TRUE(edge->take_sent().empty());
    EXPECT_EQ(edge->tunnel_counters().injected_packets.get(), 0U);
    EXPECT_EQ(edge->dropped_in_all(), 0U);
    edge->inject(tunnel_slot(), all_paths, Bytes{1});
    EXPECT_EQ(edge->take_sent().size(), 2U);
}

TEST_F(ControlMessages, never_crowd_out_traffic_in_one_turn) {
    for (std::uint32_t i = 1; i < 20; ++i) {
        Message& cell = edge->inject_ring().cells[i - 1];
        cell = {.head = {.tunnel_slot = tunnel_slot(),
                         .path_slot = path_slot(1),
                         .time_ns = 0,
                         .sequence = 0,
                         .endpoint = {}},
                .size = 1,
                .bytes = {}};
        edge->inject_ring().tail = i;
    }
    edge->inject(tunnel_slot(), path_slot(1), Bytes{9});
    EXPECT_EQ(edge->take_sent().size(), dataplane::pipeline::injected_per_turn);
}

TEST_F(ControlMessages, are_held_like_packets_when_no_number_is_leased) {
    edge->tunnel().state->sequence.extend_to(edge->tunnel().state->sequence.next());
    edge->inject(tunnel_slot(), all_paths, Bytes{1});
    EXPECT_TRUE(edge->take_sent().empty());
    EXPECT_EQ(edge->dropped(DropReason::sequence_held), 1U);
}

TEST_F(ControlMessages, that_control_does_not_take_are_dropped_and_counted) {
    for (std::size_t i = 0; i < config::region::ring_cells + 3; ++i) {
        edge->inject(tunnel_slot(), path_slot(1), Bytes{static_cast<std::uint8_t>(i)});
        carry(edge->take_sent());
    }
    EXPECT_EQ(hub->dropped(DropReason::punt_full), 3U);
    EXPECT_EQ(hub->tunnel_counters().punted_packets.get(), config::region::ring_cells);
    EXPECT_EQ(text_of(*hub->take_punted()), Bytes{0}) << "the oldest are kept";
}

TEST_F(ControlMessages, replayed_are_not_handed_on_again) {
    edge->inject(tunnel_slot(), path_slot(1), Bytes{7});
    const auto frames = edge->take_sent();
    carry(frames);
    carry(frames);
    EXPECT_TRUE(hub->take_punted());
    EXPECT_FALSE(hub->take_punted());
}

TEST_F(ControlMessages, a_dummy_packet_of_a_stock_peer_ends_silently) {
    carry_sealed({1, 2, 2, 59});
    EXPECT_EQ(hub->dropped(DropReason::dummy), 1U);
    EXPECT_EQ(hub->dropped_in_all(), 1U);
    EXPECT_FALSE(hub->take_punted());
    EXPECT_TRUE(hub->take_delivered().empty());
}

TEST_F(ControlMessages, a_sealed_packet_with_padding_for_traffic_flow_confidentiality_is_cut_to_the_inner_packet) {
    const Bytes packet = inner(1, 100);
    carry_sealed(joined({packet, Bytes(500, 0xee), Bytes{1, 2, 2, 4}}));
    EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{packet});
}

TEST_F(ControlMessages, what_is_sealed_but_no_inner_packet_is_refused) {
    const Bytes packet = inner(1, 98);
    const Bytes v6 = packets::packet_of_size(packets::v6_fields(), 98, 1);
    const std::vector<Bytes> impossible{
        joined({packet, Bytes{0, 41}}),                                  // IPv4 announced as IPv6
        joined({v6, Bytes{0, 4}}),                                       // and the other way round
        joined({packet, Bytes{0, 143}}),                                 // an Ethernet frame
        joined({packet, Bytes{0, 6}}),                                   // TCP without IP: transport mode
        joined({inner(1, 96), Bytes{2, 1, 2, 4}}),                       // padding that does not count up
        joined({packet, Bytes{255, 4}}),                                 // more padding than packet
        joined({Bytes(packet.begin(), packet.end() - 4), Bytes{0, 4}}),  // shorter than it says
        joined({Bytes(98, 0), Bytes{0, 4}}),
        Bytes{1, 2, 2, 4},  // nothing at all
    };
    for (const Bytes& plaintext : impossible) carry_sealed(plaintext);
    EXPECT_TRUE(hub->take_delivered().empty());
    EXPECT_EQ(hub->dropped(DropReason::trailer_malformed), impossible.size());
    EXPECT_EQ(hub->dropped_in_all(), impossible.size());
}

TEST_F(ControlMessages, inner_sources_that_do_not_belong_to_the_peer_are_refused) {
    for (const char* source : {"192.0.2.2", "192.0.2.77", "0.0.0.0", "2001:db8:1::2", "2001:db8:9::1", "::"}) {
        packets::IpFields fields =
            std::string(source).find(':') == std::string::npos ? packets::IpFields{} : packets::v6_fields();
        fields.source = source;
        carry(sent_for({packets::packet_of_size(fields, 100, 1)}));
    }
    EXPECT_TRUE(hub->take_delivered().empty());
    EXPECT_EQ(hub->dropped(DropReason::inner_source), 6U);
    expect_passage(inner(2));
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
