#include "dataplane/headers/path_probe.hpp"
#include "dataplane/worker/probe_schedule.hpp"
#include "tests/pipeline/forged_frame.hpp"
#include "tests/pipeline/static_keys.hpp"
#include "tests/pipeline/worker_fixture.hpp"

/// Probes of the paths' health: sent by the worker that owns the path, taken by the one they come to.
namespace ropewalk::tests::pipeline {
namespace {

using config::region::PathUse;
using config::region::ProbeSight;
using dataplane::headers::PathProbe;
using packets::Bytes;
using packets::joined;

constexpr std::uint64_t ms = 1'000'000;

/// The edge is a worker, which sends probes by itself; the hub is without one.
class PathProbes : public WorkerTest {
protected:
    void SetUp() override { start_worker(); }

    void probe_every(std::uint32_t interval_us, PathUse use = PathUse::use) {
        for (unsigned path = 1; path <= 3; ++path) {
            auto& orders = control->path_orders[slot_of(path)];
            auto order = orders.load();
            order.use = use;
            order.probe_interval_us = interval_us;
            orders.store(order);
        }
    }
    std::uint32_t slot_of(unsigned path) const { return edge->tunnel().paths.at(path - 1).slot; }
    /// Lets the worker turn until so many probes of each path were sent, for a second at most.
    void turn_until_probes(std::uint64_t count) {
        const std::uint64_t end = config::region::monotonic_ns() + 1000 * ms;
        const auto sent = [&] {
            std::uint64_t least = ~std::uint64_t{0};
            for (unsigned path = 1; path <= 3; ++path)
                least = std::min(least, counters().paths[slot_of(path)].tx_probes.get());
            return least;
        };
        while (sent() < count && config::region::monotonic_ns() < end) worker->turn();
        ASSERT_GE(sent(), count);
    }
    /// Sealed with the edge's key, with that path id in its copy header.
    void carry_sealed(unsigned path, const Bytes& message) {
        Bytes plaintext = message;
        std::uint8_t padding = 0;
        while ((plaintext.size() + 2) % 4 != 0) plaintext.push_back(++padding);
        plaintext.push_back(padding);
        plaintext.push_back(59);
        const Bytes esp = forged_esp(static_keys("edge", "hub"), shape.cipher, ++forged_sequence_, plaintext);
        carry({forged_frame(shape, path, joined({forged_copy_header(shape, path, 0), esp}))});
    }
    static Bytes bytes_of(const PathProbe& probe) {
        const auto* const first = reinterpret_cast<const std::uint8_t*>(&probe);
        return {first, first + sizeof probe};
    }
    static PathProbe probe_of(std::uint8_t path_id) {
        PathProbe probe;
        probe.path_id = path_id;
        probe.number = 7;
        probe.sent_ns = 100 * ms;
        probe.answered_ns = 50 * ms;
        probe.kept_ns = 20 * ms;
        probe.reception = 0x0102'0304'0506'0708;
        probe.interval_us = 50'000;
        return probe;
    }

private:
    std::uint64_t forged_sequence_ = 1000;
};

TEST_F(PathProbes, go_by_each_path_and_say_when_they_were_sent) {
    probe_every(10'000);
    control->path_orders[slot_of(2)].reception.store(0x1122'3344'5566'7788);
    turn_until_probes(1);
    hub->context().now_ns = 77 * ms;
    carry_to_hub();
    for (unsigned path = 1; path <= 3; ++path) {
        const ProbeSight sight = hub->path_signals(path).probe.load();
        EXPECT_EQ(sight.arrived_ns, 77 * ms);
        EXPECT_GE(sight.number, 1U);
        EXPECT_GT(sight.sent_ns, 0U);
        EXPECT_EQ(sight.answered_ns, 0U) << "none of the hub's has come";
        EXPECT_EQ(sight.round_trip_ns(), 0U);
        EXPECT_EQ(sight.interval_us, 10'000U);
        EXPECT_EQ(sight.came, sight.copies + 1) << "all that was sent before, and itself";
        EXPECT_EQ(sight.reception, path == 2 ? 0x1122'3344'5566'7788 : 0U);
        EXPECT_GE(hub->path_counters(path).rx_probes.get(), 1U);
        EXPECT_EQ(hub->path_signals(path).heard_ns.get(), 77 * ms) << "a probe is life";
    }
    EXPECT_FALSE(hub->take_punted()) << "control is not asked";
    EXPECT_TRUE(hub->take_delivered().empty());
}

TEST_F(PathProbes, go_by_no_path_without_an_order_for_them) {
    const std::uint64_t end = config::region::monotonic_ns() + 100 * ms;
    while (config::region::monotonic_ns() < end) worker->turn();
    for (const auto& port : wan) EXPECT_TRUE(port->take_sent().empty());
    EXPECT_EQ(counters().tunnels[edge->tunnel().slot].injected_packets.get(), 0U);
}

TEST_F(PathProbes, go_by_paths_that_carry_no_traffic) {
    for (const PathUse use : {PathUse::drain, PathUse::spare, PathUse::suspect}) {
        const std::uint64_t before = counters().paths[slot_of(1)].tx_probes.get();
        probe_every(5'000, use);
        turn_until_probes(before + 1);
    }
    carry_to_hub();
}

TEST_F(PathProbes, answer_the_newest_that_came_by_the_path) {
    probe_every(5'000);
    auto& heard = section->signals[0][slot_of(2)].probe;
    const std::uint64_t arrived_ns = config::region::monotonic_ns();
    heard.store({.arrived_ns = arrived_ns, .sent_ns = 4242, .number = 3, .interval_us = 5'000});
    turn_until_probes(1);
    carry_to_hub();
    const ProbeSight answer = hub->path_signals(2).probe.load();
    EXPECT_EQ(answer.answered_ns, 4242U);
    EXPECT_EQ(answer.kept_ns / 1000, (answer.sent_ns - arrived_ns) / 1000);
    EXPECT_EQ(hub->path_signals(1).probe.load().answered_ns, 0U) << "each path by itself";
}

TEST_F(PathProbes, tell_the_round_trip_without_the_time_they_were_kept) {
    hub->context().now_ns = 120 * ms;
    carry_sealed(1, bytes_of(probe_of(1)));
    EXPECT_EQ(hub->path_signals(1).probe.load().round_trip_ns(), 50 * ms);
    EXPECT_EQ(hub->path_counters(1).rx_probes.get(), 1U);
    EXPECT_EQ(hub->dropped_in_all(), 0U);
}

TEST_F(PathProbes, of_another_path_than_they_came_by_are_refused) {
    carry_sealed(1, bytes_of(probe_of(2)));
    carry_sealed(1, bytes_of(probe_of(9)));
    PathProbe unknown = probe_of(1);
    unknown.layout = 0;
    carry_sealed(1, bytes_of(unknown));
    EXPECT_EQ(hub->dropped(DropReason::probe_refused), 3U);
    for (unsigned path = 1; path <= 3; ++path) EXPECT_EQ(hub->path_signals(path).probe.load(), ProbeSight{});
}

TEST_F(PathProbes, that_were_overtaken_say_nothing_new) {
    PathProbe newer = probe_of(1), older = probe_of(1), of_another_life = probe_of(1);
    newer.number = 8;
    newer.sent_ns = 150 * ms;
    older.answered_ns = 1;
    of_another_life.number = 1;
    of_another_life.sent_ns = 160 * ms;
    hub->context().now_ns = 200 * ms;
    carry_sealed(1, bytes_of(newer));
    hub->context().now_ns = 300 * ms;
    carry_sealed(1, bytes_of(older));
    EXPECT_EQ(hub->path_signals(1).probe.load().number, 8U);
    EXPECT_EQ(hub->path_signals(1).probe.load().arrived_ns, 200 * ms);
    EXPECT_EQ(hub->path_counters(1).rx_probes.get(), 2U);
    carry_sealed(1, bytes_of(of_another_life));
    EXPECT_EQ(hub->path_signals(1).probe.load().number, 1U);
}

TEST_F(PathProbes, of_later_layouts_are_taken_and_shorter_ones_go_to_control) {
    PathProbe later = probe_of(1);
    later.layout = 2;
    carry_sealed(1, joined({bytes_of(later), Bytes(20, 0xee)}));
    EXPECT_EQ(hub->path_counters(1).rx_probes.get(), 1U);
    Bytes shorter = bytes_of(probe_of(1));
    shorter.pop_back();
    carry_sealed(1, shorter);
    EXPECT_EQ(hub->path_counters(1).rx_probes.get(), 1U);
    EXPECT_TRUE(hub->take_punted()) << "which counts it as malformed";
}

TEST_F(PathProbes, wear_the_marks_of_traffic_beside_those_of_best_effort) {
    constexpr std::uint64_t expedited = std::uint64_t{1} << 46, lower = std::uint64_t{1} << 8;
    packets::IpFields fields;
    fields.traffic_class = 46 << 2;
    Bytes voice = packets::packet_of_size(fields, 200, 1);
    fields.traffic_class = 8 << 2 | 1;
    Bytes bulk = packets::packet_of_size(fields, 200, 2);
    inside->arrive({voice, bulk});
    control->path_orders[slot_of(2)].marks_lost.store(lower);
    probe_every(5'000);
    turn_until_probes(4);
    std::array<unsigned, 256> frames{};
    for (const Bytes& frame : wan[0]->take_sent()) {
        if (frame.size() == 14 + 136) ++frames[frame[15]];
        hub->from_wan(0, {Frame{0, frame}});
    }
    EXPECT_GE(frames[0], 2U);
    EXPECT_GE(frames[46 << 2], 1U);
    EXPECT_GE(frames[8 << 2], 1U) << "they take turns";
    carry_to_hub();
    for (unsigned path = 1; path <= 3; ++path) {
        const ProbeSight sight = hub->path_signals(path).probe.load();
        EXPECT_EQ(sight.marks, expedited | lower);
        EXPECT_EQ(sight.marks_lost, path == 2 ? lower : 0U);
    }
}

TEST_F(PathProbes, that_wear_a_mark_say_only_that_they_came) {
    PathProbe marked = probe_of(1);
    marked.dscp = 46;
    carry_sealed(1, bytes_of(marked));
    EXPECT_EQ(hub->path_signals(1).probe.load(), ProbeSight{});
    EXPECT_EQ(hub->path_signals(1).marks_changed.load(), std::uint64_t{1} << 46);
    EXPECT_EQ(hub->path_counters(1).rx_probes.get(), 1U);
    carry_sealed(1, bytes_of(marked));
    EXPECT_EQ(hub->path_signals(1).marks_changed.load(), 0U) << "it changes with each";
}

TEST_F(PathProbes, replayed_change_nothing) {
    probe_every(5'000);
    turn_until_probes(1);
    const auto frames = wan[0]->take_sent();
    ASSERT_FALSE(frames.empty());
    hub->context().now_ns = 10 * ms;
    carry({Frame{0, frames[0]}});
    hub->context().now_ns = 900 * ms;
    carry({Frame{0, frames[0]}});
    EXPECT_EQ(hub->path_signals(1).probe.load().arrived_ns, 10 * ms);
    EXPECT_EQ(hub->dropped(DropReason::duplicate), 1U);
    for (const auto& port : wan) port->take_sent();
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
