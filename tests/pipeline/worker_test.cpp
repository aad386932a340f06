#include <thread>

#include "tests/pipeline/worker_fixture.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using packets::Bytes;

TEST_F(WorkerTest, does_nothing_before_it_has_a_configuration) {
    start_worker();
    cell.current = nullptr;
    inside->arrive({inner(1)});
    EXPECT_EQ(worker->turn(), 0U);
    EXPECT_EQ(counters().inside_rx_packets.get(), 0U);
    EXPECT_EQ(section->workers[0].acknowledged_generation, 0U);
}

TEST_F(WorkerTest, acknowledges_the_configuration_it_uses) {
    start_worker();
    worker->turn();
    EXPECT_EQ(section->workers[0].acknowledged_generation, 1U);
    edge->reload(edge_yaml(shape));
    cell.current = &edge->view();
    worker->turn();
    EXPECT_EQ(section->workers[0].acknowledged_generation, 2U);
}

TEST_F(WorkerTest, acknowledges_that_it_has_begun_another_turn) {
    start_worker();
    worker->turn();
    EXPECT_EQ(section->workers[0].acknowledged_epoch, cell.epoch);
    const std::uint64_t epoch = cell.begin_epoch();
    EXPECT_NE(section->workers[0].acknowledged_epoch, epoch);
    worker->turn();
    EXPECT_EQ(section->workers[0].acknowledged_epoch, epoch);
    cell.current = nullptr;
    const std::uint64_t next = cell.begin_epoch();
    worker->turn();
    EXPECT_EQ(section->workers[0].acknowledged_epoch, next) << "even without a configuration";
    EXPECT_EQ(section->workers[0].acknowledged_generation, 1U);
}

TEST_F(WorkerTest, moves_packets_both_ways_in_one_turn) {
    start_worker();
    inside->arrive({inner(1), inner(2)});
    hub_sends({answer(3)});
    EXPECT_EQ(worker->turn(), 5U) << "two packets and three copies";
    carry_to_hub();
    EXPECT_EQ(hub->take_delivered(), (std::vector<Bytes>{inner(1), inner(2)}));
    EXPECT_EQ(inside->take_sent(), std::vector<Bytes>{answer(3)});
    EXPECT_EQ(counters().inside_rx_packets.get(), 2U);
    EXPECT_EQ(counters().inside_rx_bytes.get(), 200U);
    EXPECT_EQ(counters().inside_tx_packets.get(), 1U);
    EXPECT_EQ(counters().inside_tx_bytes.get(), 100U);
    for (std::size_t port = 0; port < 3; ++port) {
        EXPECT_EQ(counters().ports[port].rx_packets.get(), 1U);
        EXPECT_EQ(counters().ports[port].tx_packets.get(), 2U);
        EXPECT_EQ(counters().ports[port].rx_bytes.get() * 2, counters().ports[port].tx_bytes.get());
    }
}

TEST_F(WorkerTest, counts_turns_with_and_without_packets) {
    start_worker();
    EXPECT_EQ(worker->turn(), 0U);
    EXPECT_EQ(worker->turn(), 0U);
    inside->arrive({inner(1)});
    EXPECT_EQ(worker->turn(), 1U);
    EXPECT_EQ(counters().turns.get(), 3U);
    EXPECT_EQ(counters().idle_turns.get(), 2U);
    EXPECT_GT(counters().busy_cycles.get(), 0U);
    EXPECT_GT(counters().idle_cycles.get(), 0U);
}

TEST_F(WorkerTest, takes_a_burst_of_each_queue_a_turn) {
    start_worker();
    std::vector<Bytes> packets;
    for (std::uint64_t i = 0; i < 100; ++i) packets.push_back(inner(i));
    inside->arrive(packets);
    EXPECT_EQ(worker->turn(), 64U);
    EXPECT_EQ(worker->turn(), 36U);
    carry_to_hub();
    EXPECT_EQ(hub->take_delivered(), packets);
}

TEST_F(WorkerTest, counts_what_a_full_port_does_not_take_and_gives_it_back) {
    start_worker(7);
    std::vector<Bytes> packets;
    for (std::uint64_t i = 0; i < 20; ++i) packets.push_back(inner(i));
    inside->arrive(packets);
    worker->turn();
    EXPECT_EQ(dropped(DropReason::wan_tx_full), 3U * 13);
    for (std::size_t path = 0; path < 3; ++path) {
        const auto& of_path = counters().paths[edge->tunnel().paths[path].slot];
        EXPECT_EQ(of_path.tx_copies.get(), 20U);
        EXPECT_EQ(of_path.tx_dropped.get(), 13U);
        EXPECT_EQ(counters().ports[path].tx_packets.get(), 7U);
    }
    carry_to_hub();
    EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>(packets.begin(), packets.begin() + 7));
}

TEST_F(WorkerTest, names_copies_that_a_port_without_a_link_did_not_take) {
    using config::region::LinkCode;
    start_worker(7);
    std::vector<Bytes> packets;
    for (std::uint64_t i = 0; i < 20; ++i) packets.push_back(inner(i));
    section->links[0].code = static_cast<std::uint8_t>(LinkCode::down);
    section->links[1].code = static_cast<std::uint8_t>(LinkCode::up);
    inside->arrive(packets);
    worker->turn();
    EXPECT_EQ(dropped(DropReason::wan_port_down), 13U);
    EXPECT_EQ(dropped(DropReason::wan_tx_full), 2U * 13) << "one is up, of one nothing is known";
    for (std::size_t path = 0; path < 3; ++path)
        EXPECT_EQ(counters().paths[edge->tunnel().paths[path].slot].tx_dropped.get(), 13U);
    EXPECT_EQ(wan[0]->take_sent().size(), 7U) << "what it takes is sent";
}

/// Takes nothing, and finds the second half of a burst too big.
struct NarrowPort {
    std::uint16_t receive(rte_mbuf**, std::uint16_t) { return 0; }
    std::uint16_t send(rte_mbuf** mbufs, std::uint16_t count) {
        for (std::uint16_t i = count / 2; i < count; ++i) {
            auto* const packet = dataplane::packet::Packet::from(mbufs[i]);
            auto copy = packet->carried<dataplane::packet::OutgoingCopy>();
            copy.refusal = dataplane::packet::Refusal::too_big;
            packet->carry(copy);
        }
        return 0;
    }
};

TEST_F(WorkerTest, counts_copies_that_are_too_big_for_their_port_by_a_name_of_their_own) {
    NarrowPort narrow;
    first_sender = dataplane::eal::BurstPort::of(narrow);
    start_worker();
    std::vector<Bytes> packets;
    for (std::uint64_t i = 0; i < 20; ++i) packets.push_back(inner(i));
    inside->arrive(packets);
    worker->turn();
    EXPECT_EQ(dropped(DropReason::wan_tx_full), 10U);
    EXPECT_EQ(dropped(DropReason::wan_tx_too_big), 10U);
    EXPECT_EQ(counters().paths[edge->tunnel().paths[0].slot].tx_dropped.get(), 20U);
    carry_to_hub();
    EXPECT_EQ(hub->take_delivered(), packets) << "by the other paths";
}

TEST_F(WorkerTest, counts_what_the_inside_does_not_take) {
    start_worker(1023, 7);
    std::vector<Bytes> packets;
    for (std::uint64_t i = 0; i < 20; ++i) packets.push_back(answer(i));
    hub_sends(packets);
    worker->turn();
    EXPECT_EQ(dropped(DropReason::inside_tx_full), 13U);
    EXPECT_EQ(counters().inside_tx_packets.get(), 7U);
    EXPECT_EQ(counters().tunnels[edge->tunnel().slot].delivered_packets.get(), 20U);
    EXPECT_EQ(inside->take_sent(), std::vector<Bytes>(packets.begin(), packets.begin() + 7));
}

TEST_F(WorkerTest, publishes_what_the_window_saw) {
    start_worker();
    EXPECT_EQ(received(), 0U);
    hub_sends({answer(1)});
    worker->turn();
    EXPECT_EQ(received(), edge->tunnel().state->window.newest());
    EXPECT_NE(received(), 0U);

    hub->tunnel().state->sequence.reserve(1 << 17);
    hub_sends({answer(2)});
    worker->turn();
    EXPECT_EQ(received(), edge->tunnel().state->window.newest());
    EXPECT_EQ(edge->tunnel().state->window.jumped(), 1U);
}

TEST_F(WorkerTest, sends_control_s_messages_and_hands_over_those_of_the_peer) {
    start_worker();
    ASSERT_TRUE(config::region::ring_push(control->inject, section->inject,
                                          {edge->tunnel().slot, edge->tunnel().paths[1].slot, 0, 0, {}},
                                          Bytes{1, 2, 3}));
    hub->inject(hub->tunnel().slot, hub->tunnel().paths[2].slot, Bytes{4, 5});
    for (const Frame& frame : hub->take_sent()) wan[frame.port]->arrive({frame.bytes});
    EXPECT_EQ(worker->turn(), 2U);
    carry_to_hub();
    EXPECT_EQ(hub->take_punted()->size, 3U);
    config::region::Message message;
    ASSERT_TRUE(config::region::ring_pop(control->punt[0], section->punt[0], message));
    EXPECT_EQ(message.size, 2U);
    EXPECT_GT(message.head.time_ns, 0U);
}

TEST_F(WorkerTest, runs_until_it_is_stopped_and_sleeps_when_there_is_nothing_to_do) {
    start_worker();
    inside->arrive({inner(1)});
    std::atomic<bool> stop{false};
    std::thread running([&] { worker->run(stop); });
    while (counters().sleeps.get() < 3) std::this_thread::yield();
    stop = true;
    running.join();
    carry_to_hub();
    EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{inner(1)});
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
