#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/house/hops.hpp"
#include "dataplane/worker/burst_ports.hpp"
#include "dataplane/worker/turn.hpp"
#include "tests/pipeline/fixture.hpp"
#include "tests/pipeline/ring_port.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using config::region::WorkerCounters;
using dataplane::worker::BurstPorts;
using dataplane::worker::TurnTime;
using packets::Bytes;

/// Two workers of one gateway by turns at given times; each port has one queue, so that worker 0 polls port 0, deals
/// its copies and sends on it for both.
class TwoWorkers {
public:
    static constexpr std::uint64_t max_age_ns = 2'000'000'000;

    TwoWorkers(const std::string& name, GatewayUnderTest& gateway, rte_mempool* pool)
        : placements_(
              dataplane::house::place(2, std::vector<dataplane::house::PortQueues>(3, {"wan", 1, 1, {}, {}})).value()),
          hops_(2) {
        for (std::uint16_t port = 0; port < placements_.size(); ++port) {
            wan_.push_back(std::make_unique<RingPort>(name + "wan" + std::to_string(port), pool));
            hops_.add(port, placements_[port]);
        }
        gateway.write_orders(*control_);
        cell_.current = &gateway.view();
        for (std::uint16_t index = 0; index < 2; ++index) {
            inside_.push_back(std::make_unique<RingPort>(name + "inside" + std::to_string(index), pool));
            BurstPorts& ports = ports_.emplace_back(inside_.back()->burst_port());
            for (std::uint16_t port = 0; port < placements_.size(); ++port)
                ports.add_wan(port, wan_[port]->queues_of(index, placements_[port]));
            turns_.emplace_back(dataplane::worker::TurnSetup{.hops = &hops_.of(index),
                                                             .pool = pool,
                                                             .view = &cell_,
                                                             .section = section_.get(),
                                                             .control = control_.get(),
                                                             .senders = senders_.get(),
                                                             .index = index,
                                                             .max_age_ns = max_age_ns},
                                ports_.back());
        }
    }

    std::uint32_t turn(std::size_t worker, const TurnTime& now) {
        return turns_[worker].run(*turns_[worker].adopt_view(), now);
    }
    std::uint32_t drain(std::size_t worker, const TurnTime& now) {
        return turns_[worker].drain(*turns_[worker].adopt_view(), now);
    }
    RingPort& wan(std::size_t port) { return *wan_[port]; }
    RingPort& inside(std::size_t worker) { return *inside_[worker]; }
    const WorkerCounters& counters(std::size_t worker) const { return section_->counters[worker]; }
    std::uint64_t dropped(std::size_t worker, config::region::DropReason reason) const {
        return counters(worker).drops[static_cast<std::size_t>(reason)].get();
    }

private:
    std::unique_ptr<config::region::DataplaneSection> section_ = std::make_unique<config::region::DataplaneSection>();
    std::unique_ptr<config::region::ControlSection> control_ = std::make_unique<config::region::ControlSection>();
    std::unique_ptr<dataplane::stages::PathSenders> senders_ = std::make_unique<dataplane::stages::PathSenders>();
    std::vector<dataplane::house::PortPlacement> placements_;
    dataplane::house::Hops hops_;
    std::vector<std::unique_ptr<RingPort>> wan_, inside_;
    dataplane::channel::ViewCell cell_;
    std::deque<BurstPorts> ports_;
    std::deque<dataplane::worker::Turn<BurstPorts>> turns_;
};

class StaleRings : public TwoGateways {
protected:
    void SetUp() override {
        start();
        of_hub = std::make_unique<TwoWorkers>("hub", *hub, pool.get());
        of_edge = std::make_unique<TwoWorkers>("edge", *edge, pool.get());
        for (const std::size_t worker : {0U, 1U}) {
            of_hub->turn(worker, t0);
            of_edge->turn(worker, t0);
        }
    }
    void TearDown() override {
        of_hub.reset();
        of_edge.reset();
        TwoGateways::TearDown();
    }

    /// Copies of four blocks of numbers, so that each worker has its share, come by port 0, and worker 0 deals them.
    void deal(std::uint64_t first, std::uint64_t now_ns) {
        for (std::uint64_t burst = 0; burst < 4; ++burst) {
            std::vector<Bytes> packets;
            for (std::uint64_t i = 0; i < 64; ++i) packets.push_back(inner(first + 64 * burst + i));
            for (const Frame& frame : sent_for(packets))
                if (frame.port == 0) of_hub->wan(0).arrive({frame.bytes});
            of_hub->turn(0, now_ns);
        }
    }
    /// Worker 1 has packets for every path, of which worker 0 sends those of port 0.
    void send(std::uint64_t seed, std::uint64_t now_ns) {
        of_edge->inside(1).arrive({inner(seed), inner(seed + 1)});
        of_edge->turn(1, now_ns);
    }
    std::size_t delivered_by(std::size_t worker) { return of_hub->inside(worker).take_sent().size(); }
    std::size_t sent_on_port_0() { return of_edge->wan(0).take_sent().size(); }

    static constexpr std::uint64_t ms = 1'000'000, s = 1000 * ms, t0 = 1000 * s, bound = TwoWorkers::max_age_ns;
    std::unique_ptr<TwoWorkers> of_hub, of_edge;
};

TEST_F(StaleRings, dealt_copies_are_delivered_within_the_bound_and_dropped_by_name_beyond_it) {
    deal(0, t0 + ms);
    const std::size_t share = 256 - delivered_by(0);
    ASSERT_GT(share, 0U);
    while (of_hub->turn(1, t0 + bound)) {
    }
    EXPECT_EQ(delivered_by(1), share) << "within the bound";
    EXPECT_EQ(of_hub->dropped(1, DropReason::copy_stale), 0U);

    deal(1000, t0 + bound + ms);
    const std::size_t stale = 256 - delivered_by(0);
    ASSERT_GT(stale, 0U);
    while (of_hub->turn(1, t0 + 2 * bound + ms)) {
    }
    EXPECT_EQ(delivered_by(1), 0U);
    EXPECT_EQ(of_hub->dropped(1, DropReason::copy_stale), stale);
    EXPECT_EQ(of_hub->dropped(0, DropReason::copy_stale), 0U) << "that worker did not stand still";

    of_hub->turn(0, t0 + 2 * bound);
    deal(2000, t0 + 2 * bound + 2 * ms);
    while (of_hub->turn(1, t0 + 2 * bound + 3 * ms)) {
    }
    EXPECT_GT(delivered_by(1), 0U) << "what comes after it";
}

TEST_F(StaleRings, copies_for_the_worker_that_sends_are_dropped_by_name_and_counted_for_their_path) {
    send(1, t0 + ms);
    of_edge->turn(0, t0 + bound);
    EXPECT_EQ(sent_on_port_0(), 2U) << "within the bound";

    send(3, t0 + bound + ms);
    of_edge->turn(0, t0 + 2 * bound + ms);
    EXPECT_EQ(sent_on_port_0(), 0U);
    // Of the paths that worker 0 sends on for the other.
    std::uint64_t of_paths = 0;
    for (const auto& path : of_edge->counters(0).paths) of_paths += path.tx_dropped.get();
    EXPECT_GE(of_edge->dropped(0, DropReason::wan_tx_stale), 2U);
    EXPECT_EQ(of_edge->dropped(0, DropReason::wan_tx_stale), of_paths);

    of_edge->turn(1, t0 + 2 * bound);
    of_edge->turn(0, t0 + 2 * bound + 2 * ms);
    send(5, t0 + 2 * bound + 3 * ms);
    of_edge->turn(0, t0 + 2 * bound + 4 * ms);
    EXPECT_EQ(sent_on_port_0(), 2U) << "what comes after it";
}

TEST_F(StaleRings, a_suspend_ages_them_though_the_monotonic_clock_stood_still) {
    deal(0, t0 + ms);
    send(1, t0 + ms);
    delivered_by(0);
    const TurnTime resumed(t0 + 2 * ms, t0 + 3600 * s);
    while (of_hub->turn(1, resumed)) {
    }
    of_edge->turn(0, resumed);
    EXPECT_EQ(delivered_by(1), 0U);
    EXPECT_EQ(sent_on_port_0(), 0U);
    EXPECT_GT(of_hub->dropped(1, DropReason::copy_stale), 0U);
    EXPECT_GT(of_edge->dropped(0, DropReason::wan_tx_stale), 0U);
}

TEST_F(StaleRings, at_the_end_only_what_is_fresh_goes_on_its_way) {
    send(1, t0 + ms);
    EXPECT_GT(of_edge->drain(0, t0 + 2 * ms), 0U);
    EXPECT_EQ(sent_on_port_0(), 2U);
    send(3, t0 + 3 * ms);
    of_edge->drain(0, t0 + bound + 4 * ms);
    EXPECT_EQ(sent_on_port_0(), 0U);
    EXPECT_GT(of_edge->dropped(0, DropReason::wan_tx_stale), 0U);
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
