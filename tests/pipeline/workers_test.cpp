#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>

#include "dataplane/house/hops.hpp"
#include "dataplane/worker/worker.hpp"
#include "tests/pipeline/conservation.hpp"
#include "tests/pipeline/fixture.hpp"
#include "tests/pipeline/ring_port.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using config::region::WorkerCounters;
using dataplane::house::Hops;
using dataplane::house::PortPlacement;
using dataplane::worker::Worker;
using packets::Bytes;

/// Packets in any order.
using Packets = std::multiset<std::string>;

std::string text_of(const Bytes& bytes) {
    return {bytes.begin(), bytes.end()};
}

/// Several workers of one gateway, by the placement given, between ports that are rings. The far end is a gateway
/// without ports.
class Workers {
public:
    Workers(GatewayUnderTest& gateway, rte_mempool* pool, const std::vector<PortPlacement>& placements)
        : pool_(pool), hops_(static_cast<std::uint16_t>(placements.front().senders.size())) {
        gateway.write_orders(*control_);
        cell_.current = &gateway.view();
        for (std::uint16_t index = 0; index < placements.front().senders.size(); ++index) {
            inside_.push_back(std::make_unique<RingPort>("inside" + std::to_string(index), pool, 4095));
            workers_.push_back(
                std::make_unique<Worker>(dataplane::worker::WorkerSetup{.inside = inside_[index]->burst_port(),
                                                                        .idle = config::IdleMode::adaptive,
                                                                        .turn = {.hops = &hops_.of(index),
                                                                                 .pool = pool,
                                                                                 .view = &cell_,
                                                                                 .section = section_.get(),
                                                                                 .control = control_.get(),
                                                                                 .senders = senders_.get(),
                                                                                 .index = index}}));
        }
        for (const PortPlacement& placement : placements) add_port(placement);
    }
    ~Workers() {
        // Counters are nothing but 64-bit cells, so that those of all workers can be summed as such.
        auto sum = std::make_unique<WorkerCounters>();
        PortTraffic traffic;
        for (std::size_t index = 0; index < workers_.size(); ++index) {
            const auto* from = reinterpret_cast<const config::region::Counter*>(&section_->counters[index]);
            auto* to = reinterpret_cast<config::region::Counter*>(sum.get());
            for (std::size_t i = 0; i < sizeof(WorkerCounters) / sizeof *to; ++i) to[i].add(from[i].get());
        }
        traffic.inside_rx = sum->inside_rx_packets.get();
        traffic.inside_tx = sum->inside_tx_packets.get();
        for (const auto& port : sum->ports) {
            traffic.wan_rx += port.rx_packets.get();
            traffic.wan_tx += port.tx_packets.get();
        }
        expect_every_packet_accounted_for(*sum, traffic);
    }

    /// In the next slot; workers may be running.
    void add_port(const PortPlacement& placement) {
        const auto slot = static_cast<std::uint16_t>(wan_.size());
        RingPort& port = *wan_.emplace_back(std::make_unique<RingPort>("wan" + std::to_string(slot), pool_, 4095));
        hops_.add(slot, placement);
        for (std::uint16_t index = 0; index < workers_.size(); ++index)
            workers_[index]->add_wan(slot, port.queues_of(index, placement));
    }
    void use(const dataplane::view::ConfigView& view) { cell_.current = &view; }

    config::region::ControlSection& control() { return *control_; }
    void turn_of(std::size_t worker) { workers_[worker]->turn(); }
    RingPort& wan(std::size_t port) { return *wan_[port]; }
    RingPort& inside(std::size_t worker) { return *inside_[worker]; }
    const WorkerCounters& counters(std::size_t worker) const { return section_->counters[worker]; }

    /// Turns of workers in random order, until none has anything to do.
    void take_turns(std::uint64_t seed) {
        std::mt19937_64 random(seed);
        for (unsigned idle = 0; idle < 40 * workers_.size();)
            idle = workers_[random() % workers_.size()]->turn() == 0 ? idle + 1 : 0;
    }
    /// All at the same time, each in its thread, until `done`.
    template <class Done>
    void run_until(Done done) {
        std::atomic<bool> stop{false};
        std::vector<std::thread> threads;
        for (auto& worker : workers_) threads.emplace_back([&] { worker->run(stop); });
        while (!done()) std::this_thread::yield();
        stop = true;
        for (auto& thread : threads) thread.join();
        dataplane::worker::drain(workers_);
    }

    Packets delivered() {
        Packets packets;
        for (auto& port : inside_)
            for (const Bytes& packet : port->take_sent()) packets.insert(text_of(packet));
        return packets;
    }

private:
    rte_mempool* pool_;
    std::unique_ptr<config::region::DataplaneSection> section_ = std::make_unique<config::region::DataplaneSection>();
    std::unique_ptr<config::region::ControlSection> control_ = std::make_unique<config::region::ControlSection>();
    std::unique_ptr<dataplane::stages::PathSenders> senders_ = std::make_unique<dataplane::stages::PathSenders>();
    Hops hops_;
    std::vector<std::unique_ptr<RingPort>> wan_, inside_;
    dataplane::channel::ViewCell cell_;
    std::vector<std::unique_ptr<Worker>> workers_;
};

std::vector<PortPlacement> one_queue_a_port(std::uint16_t workers, std::size_t ports) {
    const std::vector<dataplane::house::PortQueues> queues(ports, {"wan", 1, 1, {}, {}});
    return dataplane::house::place(workers, queues).value();
}

class WorkersTest : public TwoGateways {
protected:
    /// Packets that the edge sent, a copy of each on each of the three paths, lie in the hub's ports.
    Packets edge_sends(Workers& hub_workers, std::uint64_t packets) {
        Packets sent;
        for (std::uint64_t first = 0; first < packets; first += 50) {
            std::vector<Bytes> burst;
            for (std::uint64_t i = 0; i < 50; ++i) burst.push_back(inner(first + i));
            for (const Bytes& packet : burst) sent.insert(text_of(packet));
            for (const Frame& frame : sent_for(burst)) hub_workers.wan(frame.port).arrive({frame.bytes});
        }
        return sent;
    }
};

TEST_F(WorkersTest, share_what_one_queue_a_port_brings_and_deliver_each_packet_once) {
    for (std::uint16_t workers = 2; workers <= 3; ++workers) {
        start();
        Workers of_hub(*hub, pool.get(), one_queue_a_port(workers, 3));
        const auto sent = edge_sends(of_hub, 200);
        of_hub.take_turns(workers);
        EXPECT_EQ(of_hub.delivered(), sent) << workers << " workers";
        for (std::uint16_t worker = 0; worker < workers; ++worker)
            EXPECT_GT(of_hub.counters(worker).tunnels[hub->tunnel().slot].delivered_packets.get(), 0U)
                << "worker " << worker << " of " << workers;
        stop();
    }
}

TEST_F(WorkersTest, send_through_the_worker_that_has_the_queue) {
    start();
    Workers of_edge(*edge, pool.get(), one_queue_a_port(3, 3));
    Packets sent;
    for (std::uint64_t i = 0; i < 150; ++i) {
        of_edge.inside(i % 3).arrive({inner(i)});
        sent.insert(text_of(inner(i)));
    }
    of_edge.take_turns(7);
    Packets delivered;
    for (std::uint16_t port = 0; port < 3; ++port)
        for (const Bytes& frame : of_edge.wan(port).take_sent()) {
            hub->from_wan(port, {Frame{port, frame}});
            for (const Bytes& packet : hub->take_delivered()) delivered.insert(text_of(packet));
        }
    EXPECT_EQ(delivered, sent);
}

TEST_F(WorkersTest, each_follow_an_order_in_their_next_turn) {
    start();
    // A transmit queue for each, so that what one turn sends is what the worker decided in it.
    const std::vector<dataplane::house::PortQueues> queues(3, {"wan", 3, 3, {}, {}});
    Workers of_edge(*edge, pool.get(), dataplane::house::place(3, queues).value());
    auto& cell = of_edge.control().path_orders[edge->tunnel().paths[1].slot];
    const auto configured = cell.load();
    const auto frames_of_a_turn = [&](std::size_t worker) {
        of_edge.inside(worker).arrive({inner(worker)});
        of_edge.turn_of(worker);
        std::vector<Bytes> second = of_edge.wan(1).take_sent();
        EXPECT_EQ(of_edge.wan(0).take_sent().size(), 1U);
        EXPECT_EQ(of_edge.wan(2).take_sent().size(), 1U);
        return second;
    };
    for (std::size_t worker = 0; worker < 3; ++worker) EXPECT_EQ(frames_of_a_turn(worker).size(), 1U) << worker;
    cell.store({});
    for (std::size_t worker = 0; worker < 3; ++worker) EXPECT_TRUE(frames_of_a_turn(worker).empty()) << worker;
    config::region::PathOrder moved = configured;
    moved.next_hop[5] ^= 0xff;
    cell.store(moved);
    for (std::size_t worker = 0; worker < 3; ++worker) {
        const auto frames = frames_of_a_turn(worker);
        ASSERT_EQ(frames.size(), 1U) << worker;
        EXPECT_TRUE(std::equal(moved.next_hop.begin(), moved.next_hop.end(), frames.front().begin())) << worker;
    }
}

TEST_F(WorkersTest, take_no_copies_from_a_port_that_is_not_in_their_configuration) {
    start();
    Workers of_hub(*hub, pool.get(), one_queue_a_port(2, 3));
    auto without = hub->view();
    without.wan_ports = {0, 2};
    of_hub.use(without);
    for (const Frame& frame : sent_for({inner(1)}))
        if (frame.port == 1) of_hub.wan(1).arrive({frame.bytes});
    of_hub.take_turns(1);
    EXPECT_TRUE(of_hub.delivered().empty());
    of_hub.use(hub->view());
    of_hub.take_turns(2);
    EXPECT_EQ(of_hub.delivered(), Packets{text_of(inner(1))});
}

/// Another worker handed it over before it was told, and this one knows the new configuration already.
TEST_F(WorkersTest, send_a_copy_by_a_port_that_is_no_longer_in_their_configuration) {
    start();
    Workers of_edge(*edge, pool.get(), one_queue_a_port(2, 3));
    of_edge.inside(1).arrive({inner(1)});
    of_edge.turn_of(1);
    auto without = edge->view();
    without.wan_ports = {0, 1};
    of_edge.use(without);
    of_edge.turn_of(0);
    for (std::size_t port = 0; port < 3; ++port) EXPECT_EQ(of_edge.wan(port).take_sent().size(), 1U) << port;
}

TEST_F(WorkersTest, share_out_what_a_port_brings_that_comes_while_they_run) {
    start();
    // Worker 1 polls and deals to worker 0 first; then worker 0 polls, and its ring to worker 1 is new.
    const auto placements = one_queue_a_port(2, 2);
    Workers of_hub(*hub, pool.get(), {placements[1], placements[1]});
    auto before = hub->view();
    before.wan_ports = {0, 1};
    of_hub.use(before);
    Packets sent;
    const auto add_the_third = [&] {
        of_hub.add_port(placements[0]);
        for (std::uint64_t i = 0; i < 200; ++i)
            for (const Frame& frame : sent_for({inner(i)}))
                if (frame.port == 2) {
                    of_hub.wan(2).arrive({frame.bytes});
                    sent.insert(text_of(inner(i)));
                }
        of_hub.use(hub->view());
    };
    const auto delivered_by = [&](std::size_t worker) {
        return of_hub.counters(worker).tunnels[hub->tunnel().slot].delivered_packets.get();
    };
    of_hub.run_until([&] {
        if (sent.empty()) add_the_third();
        return delivered_by(0) + delivered_by(1) == sent.size();
    });
    EXPECT_EQ(of_hub.delivered(), sent);
    for (std::size_t worker = 0; worker < 2; ++worker) EXPECT_GT(delivered_by(worker), 0U) << worker;
}

TEST_F(WorkersTest, at_the_same_time_deliver_each_packet_once) {
    start();
    Workers of_hub(*hub, pool.get(), one_queue_a_port(2, 3));
    const auto sent = edge_sends(of_hub, 200);
    const auto delivered = [&] {
        std::uint64_t packets = 0;
        for (std::size_t worker = 0; worker < 2; ++worker)
            for (const auto& path : of_hub.counters(worker).paths)
                packets += path.rx_first.get() + path.rx_duplicate.get();
        return packets;
    };
    of_hub.run_until([&] { return delivered() == 3 * sent.size(); });
    EXPECT_EQ(of_hub.delivered(), sent);
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
