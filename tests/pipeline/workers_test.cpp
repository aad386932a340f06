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
        : hops_(static_cast<std::uint16_t>(placements.front().senders.size()), placements) {
        for (std::size_t port = 0; port < placements.size(); ++port) {
            wan_.push_back(std::make_unique<RingPort>("wan" + std::to_string(port), pool, 4095));
            slots_.push_back(static_cast<std::uint32_t>(port));
        }
        gateway.write_orders(*control_);
        cell_.current = &gateway.view();
        for (std::uint16_t index = 0; index < placements.front().senders.size(); ++index) {
            std::vector<dataplane::worker::WanQueues> queues;
            for (std::size_t port = 0; port < placements.size(); ++port) {
                const bool polls = !placements[port].receive_queues_of(index).empty();
                using Ports = std::vector<dataplane::eal::BurstPort>;
                queues.push_back({polls ? Ports{wan_[port]->burst_port()} : Ports{}, wan_[port]->burst_port()});
            }
            inside_.push_back(std::make_unique<RingPort>("inside" + std::to_string(index), pool, 4095));
            workers_.push_back(
                std::make_unique<Worker>(dataplane::worker::WorkerSetup{.wan = queues,
                                                                        .inside = inside_[index]->burst_port(),
                                                                        .idle = config::IdleMode::adaptive,
                                                                        .turn = {.wan_slots = slots_,
                                                                                 .hops = &hops_.of(index),
                                                                                 .pool = pool,
                                                                                 .view = &cell_,
                                                                                 .section = section_.get(),
                                                                                 .control = control_.get(),
                                                                                 .senders = senders_.get(),
                                                                                 .index = index}}));
        }
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
    std::unique_ptr<config::region::DataplaneSection> section_ = std::make_unique<config::region::DataplaneSection>();
    std::unique_ptr<config::region::ControlSection> control_ = std::make_unique<config::region::ControlSection>();
    std::unique_ptr<dataplane::stages::PathSenders> senders_ = std::make_unique<dataplane::stages::PathSenders>();
    Hops hops_;
    std::vector<std::unique_ptr<RingPort>> wan_, inside_;
    std::vector<std::uint32_t> slots_;
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
