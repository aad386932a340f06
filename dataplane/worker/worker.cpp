#include "dataplane/worker/worker.hpp"

#include <sys/prctl.h>
#include <time.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_pause.h>

#include "config/snapshot/monotonic_clock.hpp"
#include "dataplane/pipeline/injected.hpp"
#include "dataplane/pipeline/to_inside.hpp"
#include "dataplane/pipeline/to_paths.hpp"

namespace ropewalk::dataplane::worker {

using packet::Burst;
using packet::burst_capacity;

namespace {

void sleep_us(std::uint32_t microseconds) {
    const timespec span{0, static_cast<long>(microseconds) * 1000};
    nanosleep(&span, nullptr);
}

std::uint64_t bytes_of(const Burst& burst) {
    std::uint64_t bytes = 0;
    for (packet::Packet* packet : burst.view()) bytes += packet->mbuf()->pkt_len;
    return bytes;
}

}  // namespace

Worker::Worker(const WorkerSetup& setup)
    : setup_(setup),
      context_{setup.section->counters[setup.index], *setup.paths, setup.pool, &setup.section->punt,
               &setup.control->punt},
      egress_(context_, setup.wan_ports, setup.wan_slots, setup.inside),
      idle_(setup.idle) {}

const channel::ConfigView* Worker::adopt_view() {
    const channel::ConfigView* view = setup_.view->current.load(std::memory_order_acquire);
    if (view != nullptr && view->generation != generation_) {
        generation_ = view->generation;
        setup_.section->workers[setup_.index].acknowledged_generation.store(generation_, std::memory_order_release);
    }
    return view;
}

std::uint32_t Worker::take_from_inside(const channel::ConfigView& view) {
    Burst burst;
    burst.count = setup_.inside.receive(burst.mbufs(), burst_capacity);
    if (burst.count == 0) return 0;
    context_.counters.inside_rx_packets.add(burst.count);
    context_.counters.inside_rx_bytes.add(bytes_of(burst));
    const std::uint32_t taken = burst.count;
    pipeline::to_paths(burst, view, context_, egress_);
    return taken;
}

std::uint32_t Worker::take_from_wan(const channel::ConfigView& view, std::uint16_t port) {
    Burst burst;
    burst.count = rte_eth_rx_burst(setup_.wan_ports[port], 0, burst.mbufs(), burst_capacity);
    if (burst.count == 0) return 0;
    auto& counters = context_.counters.ports[setup_.wan_slots[port]];
    counters.rx_packets.add(burst.count);
    counters.rx_bytes.add(bytes_of(burst));
    const std::uint32_t taken = burst.count;
    pipeline::to_inside(burst, port, view, context_, egress_);
    return taken;
}

std::uint32_t Worker::take_injected(const channel::ConfigView& view) {
    if (setup_.index != 0) return 0;
    return pipeline::send_injected(setup_.section->inject, setup_.control->inject, view, context_, egress_);
}

void Worker::publish_windows(const channel::ConfigView& view) {
    for (const channel::TunnelView& tunnel : view.tunnels) {
        const tunnel::Window& window = tunnel.state->window;
        auto& status = setup_.section->tunnels[tunnel.slot];
        if (window.newest() == 0) continue;
        if (status.rx_key_id.load(std::memory_order_relaxed) != tunnel.rx_key_id) {
            // Never a moment in which the number of one key stands beside the name of another.
            status.highest_received.store(0, std::memory_order_release);
            status.rx_key_id.store(tunnel.rx_key_id, std::memory_order_release);
        }
        if (status.highest_received.load(std::memory_order_relaxed) == window.newest()) continue;
        status.highest_received.store(window.newest(), std::memory_order_release);
        status.lost.set(window.lost());
        status.jumped.set(window.jumped());
        status.largest_age.set(window.largest_age());
    }
}

std::uint32_t Worker::turn() {
    const channel::ConfigView* view = adopt_view();
    if (view == nullptr) return 0;
    const std::uint64_t began = rte_rdtsc();
    context_.now_ns = config::snapshot::monotonic_ns();

    std::uint32_t from_wan = 0;
    for (std::uint16_t port = 0; port < setup_.wan_ports.size(); ++port) from_wan += take_from_wan(*view, port);
    std::uint32_t packets = from_wan + take_from_inside(*view) + take_injected(*view);
    // Before the packets leave, so that a successor never starts below a number that was delivered.
    if (from_wan != 0) publish_windows(*view);
    egress_.flush();

    auto& counters = context_.counters;
    counters.turns.add(1);
    const std::uint64_t cycles = rte_rdtsc() - began;
    if (packets == 0) {
        counters.idle_turns.add(1);
        counters.idle_cycles.add(cycles);
    } else {
        counters.busy_cycles.add(cycles);
    }
    return packets;
}

void Worker::run(const std::atomic<bool>& stop) {
    prctl(PR_SET_TIMERSLACK, 1000UL);
    setup_.section->workers[setup_.index].cpu.store(static_cast<std::uint64_t>(sched_getcpu()));
    while (!stop.load(std::memory_order_relaxed)) {
        const IdlePolicy::Action action = idle_.after_turn(turn());
        if (action.kind == IdlePolicy::Action::Kind::pause) {
            rte_pause();
        } else if (action.kind == IdlePolicy::Action::Kind::sleep) {
            context_.counters.sleeps.add(1);
            sleep_us(action.sleep_us);
        }
    }
}

}  // namespace ropewalk::dataplane::worker
