#include "tests/pipeline/fixture.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using packets::Bytes;

class Reload : public TwoGateways {
protected:
    std::uint64_t sequence_of(const Frame& frame) const { return packets::read_be64(sealed_part(shape, frame), 8); }
};

TEST_F(Reload, between_bursts_keeps_sequence_and_window) {
    start();
    const auto before = copies_of(inner(1));
    carry(before);
    EXPECT_EQ(hub->take_delivered().size(), 1U);
    edge->reload(edge_yaml(shape));
    hub->reload(hub_yaml(shape));
    EXPECT_EQ(edge->view().generation, 2U);

    carry(before);
    EXPECT_TRUE(hub->take_delivered().empty()) << "the window forgot what was delivered";
    EXPECT_EQ(hub->dropped(DropReason::duplicate), 5U);
    const auto after = copies_of(inner(2));
    EXPECT_EQ(sequence_of(after[0]), sequence_of(before[0]) + 1);
    carry(after);
    EXPECT_EQ(hub->take_delivered().size(), 1U);
}

TEST_F(Reload, while_copies_are_on_their_way_loses_none) {
    start();
    std::vector<Frame> on_the_way;
    for (std::uint64_t i = 0; i < 10; ++i) on_the_way.push_back(copies_of(inner(i)).at(1));
    hub->reload(hub_yaml(shape));
    carry(on_the_way);
    EXPECT_EQ(hub->take_delivered().size(), 10U);
    EXPECT_EQ(hub->dropped_in_all(), 0U);
}

TEST_F(Reload, path_sequences_and_counters_go_on) {
    start();
    carry(copies_of(inner(1)));
    edge->reload(edge_yaml(shape));
    hub->reload(hub_yaml(shape));
    carry(copies_of(inner(2)));
    for (unsigned path = 1; path <= 3; ++path) {
        EXPECT_EQ(hub->path_counters(path).rx_copies.get(), 2U);
        EXPECT_EQ(hub->path_counters(path).rx_missing.get(), 0U);
    }
    EXPECT_EQ(hub->tunnel_counters().delivered_packets.get(), 2U);
}

TEST_F(Reload, takes_a_path_away_and_brings_it_back) {
    start();
    expect_passage(inner(1));
    GatewayShape two = shape;
    two.paths = 2;
    const GatewayShape three = shape;
    shape = two;
    edge->reload(edge_yaml(two));
    EXPECT_EQ(copies_of(inner(2)).size(), 2U);
    shape = three;
    edge->reload(edge_yaml(three));
    expect_passage(inner(3));
    EXPECT_EQ(edge->path_counters(3).tx_copies.get(), 2U) << "the same counters as before";
}

TEST_F(Reload, renames_a_tunnel_and_neither_repeats_a_number_nor_lets_a_replay_pass) {
    start();
    const auto before = copies_of(inner(1));
    carry(before);
    const auto renamed = [](std::string yaml, const std::string& peer) {
        return yaml.replace(yaml.find("  " + peer + ":\n"), peer.size() + 4, "  renamed:\n    peer: " + peer + "\n");
    };
    edge->reload(renamed(edge_yaml(shape), "hub"));
    hub->reload(renamed(hub_yaml(shape), "edge"));
    carry(before);
    EXPECT_EQ(hub->take_delivered().size(), 1U);
    const auto after = copies_of(inner(2));
    EXPECT_EQ(sequence_of(after[0]), sequence_of(before[0]) + 1);
    carry(after);
    EXPECT_EQ(hub->take_delivered().size(), 1U);
}

TEST_F(Reload, of_classes_changes_what_the_next_packet_does) {
    start();
    EXPECT_EQ(copies_of(inner(1)).size(), 3U);
    GatewayShape with = shape;
    with.classes = "      all: { copies: 1 }\n";
    edge->reload(edge_yaml(with));
    EXPECT_EQ(sent_for({inner(2)}).size(), 1U);
}

TEST_F(Reload, a_removed_tunnel_neither_sends_nor_receives_and_the_other_goes_on) {
    GatewayShape with;
    with.depot = GatewayShape::Depot::present;
    start(with);
    GatewayUnderTest depot(depot_yaml(shape), pool.get());
    packets::IpFields to_depot, from_depot;
    to_depot.destination = "192.0.2.3";
    from_depot.source = "192.0.2.3";
    from_depot.destination = "192.0.2.1";
    const Bytes out = packets::packet_of_size(to_depot, 100, 1), back = packets::packet_of_size(from_depot, 100, 2);
    depot.from_inside({back});
    const auto late = depot.take_sent();
    const std::uint64_t last_used = edge->tunnel(1).state->sequence.limit();

    GatewayShape without = with;
    without.depot = GatewayShape::Depot::absent;
    edge->reload(edge_yaml(without));
    EXPECT_TRUE(sent_for({out}).empty());
    EXPECT_EQ(edge->dropped(DropReason::no_tunnel), 1U);
    edge->from_wan(0, {late[0]});
    EXPECT_TRUE(edge->take_delivered().empty());
    // Nobody listens on the removed tunnel's UDP port any more.
    EXPECT_EQ(edge->dropped(DropReason::not_for_us), 1U);
    expect_passage(inner(3));

    edge->reload(edge_yaml(with));
    const auto again = sent_for({out});
    ASSERT_EQ(again.size(), 3U);
    EXPECT_GE(sequence_of(again[0]), last_used) << "no number of the first life may come again under the same key";
    depot.from_wan(0, {again[0]});
    EXPECT_EQ(depot.take_delivered(), std::vector<Bytes>{out});
    edge->from_wan(1, {late[1]});
    EXPECT_EQ(edge->take_delivered(), std::vector<Bytes>{back});
    depot.expect_every_packet_accounted_for();
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
