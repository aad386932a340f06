#include <algorithm>
#include <random>
#include <set>
#include <thread>

#include "dataplane/packet/hop_data.hpp"
#include "tests/pipeline/worker_fixture.hpp"

/// Control's orders, which are cells in the shared memory: followed within one turn, and harmless whatever they hold.
namespace ropewalk::tests::pipeline {
namespace {

using config::region::PathOrder;
using config::region::PathUse;
using config::region::TunnelOrder;
using packets::Bytes;
using NextHop = std::array<std::uint8_t, 6>;

class Orders : public WorkerTest {
protected:
    void SetUp() override { start_worker(); }

    void order(unsigned path, const PathOrder& wanted) {
        control->path_orders[edge->tunnel().paths.at(path - 1).slot].store(wanted);
    }
    /// The next hops to which one turn sends a packet of the users, by path; nothing where it does not send.
    std::vector<std::vector<NextHop>> sent_in_a_turn(std::uint64_t seed) {
        inside->arrive({inner(seed)});
        worker->turn();
        std::vector<std::vector<NextHop>> next_hops;
        for (const auto& port : wan) {
            auto& of_path = next_hops.emplace_back();
            for (const Bytes& frame : port->take_sent()) std::copy_n(frame.begin(), 6, of_path.emplace_back().begin());
        }
        return next_hops;
    }
};

constexpr NextHop other_hop{0x02, 9, 8, 7, 6, 5};
NextHop configured(unsigned path) {
    return {0x02, 0, 0, 0, 0xff, static_cast<std::uint8_t>(path)};
}

TEST_F(Orders, reach_the_worker_within_one_turn) {
    using Sent = std::vector<std::vector<NextHop>>;
    EXPECT_EQ(sent_in_a_turn(1), (Sent{{configured(1)}, {configured(2)}, {configured(3)}}));
    order(2, {});
    EXPECT_EQ(sent_in_a_turn(2), (Sent{{configured(1)}, {}, {configured(3)}}));
    order(2, {PathUse::use, other_hop});
    EXPECT_EQ(sent_in_a_turn(3), (Sent{{configured(1)}, {other_hop}, {configured(3)}}));
    for (unsigned path = 1; path <= 3; ++path) order(path, {});
    EXPECT_EQ(sent_in_a_turn(4), (Sent{{}, {}, {}}));
    EXPECT_EQ(dropped(DropReason::no_path), 1U);
    order(3, {PathUse::use, configured(3)});
    EXPECT_EQ(sent_in_a_turn(5), (Sent{{}, {}, {configured(3)}}));
}

TEST_F(Orders, hold_for_messages_of_control_too) {
    order(1, {});
    order(3, {PathUse::use, other_hop});
    ASSERT_TRUE(config::region::ring_push(control->inject, section->inject,
                                          {edge->tunnel().slot, dataplane::packet::unknown_path_slot, 0, 0, {}},
                                          Bytes{1, 2, 3}));
    worker->turn();
    EXPECT_TRUE(wan[0]->take_sent().empty());
    EXPECT_EQ(wan[1]->take_sent().size(), 1U);
    const auto third = wan[2]->take_sent();
    ASSERT_EQ(third.size(), 1U);
    EXPECT_TRUE(std::equal(other_hop.begin(), other_hop.end(), third.front().begin()));
}

TEST_F(Orders, of_another_key_spread_over_no_ports) {
    const auto& tunnel = edge->tunnel();
    const auto ports_of_64 = [&] {
        std::set<std::uint16_t> ports;
        for (std::uint64_t i = 0; i < 64 * 4; ++i) {
            inside->arrive({inner(i)});
            worker->turn();
            for (const auto& port : wan)
                for (const Bytes& frame : port->take_sent()) ports.insert(packets::read_be16(frame, 14 + 20 + 2));
        }
        return ports;
    };
    auto& orders = control->tunnel_orders[tunnel.slot];
    orders.store({4, TunnelOrder::tag_of(tunnel.rx_key_id + 1)});
    EXPECT_EQ(ports_of_64(), std::set<std::uint16_t>{4500});
    orders.store({4, TunnelOrder::tag_of(tunnel.rx_key_id)});
    EXPECT_EQ(ports_of_64(), (std::set<std::uint16_t>{4500, 4501, 4502, 4503}));
}

class InnerMtuOrders : public Orders {
protected:
    void order_inner_mtu(std::uint16_t bytes) {
        const auto& tunnel = edge->tunnel();
        control->tunnel_orders[tunnel.slot].store({1, TunnelOrder::tag_of(tunnel.rx_key_id), bytes});
    }
    /// The MTU that the sender of a packet of so many bytes is told within one turn; 0 when the packet leaves.
    std::uint32_t told_of(const packets::IpFields& fields, std::size_t size) {
        inside->arrive({packets::packet_of_size(fields, size, 1)});
        worker->turn();
        const bool is_v4 = fields.source.find(':') == std::string::npos;
        const auto answers = inside->take_sent();
        EXPECT_EQ(wan[0]->take_sent().size(), answers.empty() ? 1U : 0U);
        EXPECT_EQ(wan[1]->take_sent().size(), wan[2]->take_sent().size());
        return answers.empty() ? 0 : packets::read_be32(answers.at(0), (is_v4 ? 20 : 40) + 4);
    }
};

TEST_F(InnerMtuOrders, are_followed_in_the_next_turn) {
    for (const packets::IpFields& fields : {packets::IpFields{}, packets::v6_fields()}) {
        order_inner_mtu(1430);
        EXPECT_EQ(told_of(fields, 1430), 0U);
        order_inner_mtu(1330);
        EXPECT_EQ(told_of(fields, 1331), 1330U);
        EXPECT_EQ(told_of(fields, 1330), 0U);
        order_inner_mtu(1430);
        EXPECT_EQ(told_of(fields, 1430), 0U);
    }
}

TEST_F(InnerMtuOrders, lower_the_mss_of_syns) {
    const auto mss_of_a_syn = [&] {
        inside->arrive({packets::tcp_packet({}, 0x02, packets::from_hex("020405b4"))});
        worker->turn();
        carry_to_hub();
        return packets::read_be16(hub->take_delivered().at(0), 42);
    };
    EXPECT_EQ(mss_of_a_syn(), 1390);
    order_inner_mtu(1330);
    EXPECT_EQ(mss_of_a_syn(), 1290);
}

TEST_F(InnerMtuOrders, that_are_absurd_count_for_nothing) {
    for (const std::uint16_t absurd : {0, 1, 575, 576, 1279, 1431, 65535}) {
        order_inner_mtu(absurd);
        EXPECT_EQ(told_of({}, 1430), 0U) << absurd;
        EXPECT_EQ(told_of({}, 1431), 1430U) << absurd;
    }
    order_inner_mtu(1280);
    EXPECT_EQ(told_of({}, 1281), 1280U);
}

TEST_F(Orders, that_are_absurd_harm_nothing_while_they_change_under_traffic) {
    std::atomic<bool> stop{false};
    std::thread writer([&] {
        std::mt19937_64 random(1);
        while (!stop) {
            for (unsigned path = 0; path < 3; ++path) {
                // Every other word could be an order; the rest is whatever a damaged control leaves.
                const std::uint64_t word = random() & 1 ? random() : (random() & 0xffff'ffff'ffff) | 1ULL << 48;
                control->path_orders[edge->tunnel().paths[path].slot].order.store(word);
            }
            const std::uint64_t tag = TunnelOrder::tag_of(edge->tunnel().rx_key_id);
            const std::uint64_t inner_mtu = random() & 1 ? random() & 0xffff : 1200 + random() % 300;
            control->tunnel_orders[edge->tunnel().slot].order.store(inner_mtu << 40 | (random() & 0xff) << 32 | tag);
            std::this_thread::yield();
        }
    });
    std::uint64_t frames = 0, group_addresses = 0, wrong_ports = 0;
    for (std::uint64_t turn = 0; turn < 3000 || frames < 1000; ++turn) {
        std::vector<Bytes> burst;
        for (std::uint64_t i = 0; i < 1 + turn % 30; ++i) burst.push_back(inner(turn * 100 + i, i == 0 ? 1429 : 100));
        inside->arrive(burst);
        worker->turn();
        inside->take_sent();
        for (const auto& port : wan)
            for (const Bytes& frame : port->take_sent()) {
                ++frames;
                group_addresses += frame[0] & 1;
                const unsigned to = packets::read_be16(frame, 14 + 20 + 2);
                wrong_ports += to < 4500 || to >= 4500 + config::region::max_shards;
            }
    }
    stop = true;
    writer.join();
    EXPECT_EQ(group_addresses, 0U);
    EXPECT_EQ(wrong_ports, 0U);
    EXPECT_GT(dropped(DropReason::no_path), 0U) << "the test must have reached every case";
    EXPECT_GT(dropped(DropReason::inner_too_big) + dropped(DropReason::too_big_untold), 0U);
    // The fixture's end compares what came with what left and what was dropped.
}

TEST_F(TwoGateways, orders_never_reach_beyond_the_last_udp_port) {
    start();
    const auto yaml = [&] {
        std::string text = edge_yaml(shape);
        for (std::size_t at; (at = text.find(":4500\"\n        next_hop")) != std::string::npos;)
            text.replace(at + 1, 4, "65533");
        return text;
    }();
    edge->reload(yaml);
    const auto ports_of = [&](std::uint8_t announced) {
        edge->peer_announces(announced);
        std::set<std::uint16_t> ports;
        for (std::uint64_t i = 0; i < 64 * 8; ++i)
            for (const Frame& frame : sent_for({inner(i)})) ports.insert(packets::read_be16(frame.bytes, 14 + 20 + 2));
        return ports;
    };
    EXPECT_EQ(ports_of(3), (std::set<std::uint16_t>{65533, 65534, 65535}));
    EXPECT_EQ(ports_of(16), std::set<std::uint16_t>{65533}) << "there are not so many: the first is always heard";
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
