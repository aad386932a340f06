#pragma once

#include <cstring>

#include "config/region/heard.hpp"
#include "dataplane/burst/tunnel_burst.hpp"
#include "dataplane/headers/path_probe.hpp"
#include "dataplane/pipeline/depart.hpp"
#include "dataplane/stages/choose_paths.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/stages/egress.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::pipeline {

/// A path's next probe, but for what it says.
struct NextProbe {
    std::uint32_t number = 0;
    std::uint32_t interval_us = 0;  ///< at which they are sent
    std::uint64_t marks = 0;  ///< DSCPs that probes of this path wear beside those of best effort, bit d for DSCP d
    std::uint8_t dscp = 0;    ///< of this one
};

/// The DSCPs that users' packets of a tunnel wear on a path, as all workers saw them: bit d for DSCP d, best effort not
/// among them. None where all copies of the path wear one.
inline std::uint64_t marks_on(const view::PathView& path, const view::TunnelView& tunnel,
                              const stages::Context& context) {
    if (path.dscp_ecn_kept == packet::ecn_mask) return 0;
    std::uint64_t marks = 0;
    for (std::size_t worker = 0; worker < context.workers; ++worker)
        marks |= context.section.tunnel_signals[worker][tunnel.slot].marks.recent(context.now_ns);
    return marks & ~std::uint64_t{1};
}

/// What a path's next probe says: which of the peer's came last, at whichever worker, what control tells of them, and
/// how many copies all workers have sent, but for MTU probes: those are meant to be lost where they are too large.
inline headers::PathProbe make_path_probe(const view::PathView& path, const NextProbe& next,
                                          const stages::Context& context) {
    const config::region::ProbeSight newest = config::region::newest_probe(context.section, path.slot, context.workers);
    const config::region::PathOrders& orders = context.control.path_orders[path.slot];
    headers::PathProbe probe;
    probe.path_id = path.path_id;
    probe.dscp = next.dscp;
    probe.number = next.number;
    probe.sent_ns = context.now_ns;
    if (newest.arrived_ns != 0 && newest.arrived_ns <= context.now_ns) {
        probe.answered_ns = newest.sent_ns;
        probe.kept_ns = context.now_ns - newest.arrived_ns;
    }
    probe.reception = orders.reception.load(std::memory_order_relaxed);
    probe.interval_us = next.interval_us;
    std::uint64_t copies = 0;
    for (std::size_t worker = 0; worker < context.workers; ++worker) {
        const auto& counters = context.section.counters[worker].paths[path.slot];
        copies += counters.tx_copies.get() - counters.tx_mtu_probes.get();
    }
    probe.copies = static_cast<std::uint32_t>(copies);
    probe.marks = next.marks;
    probe.marks_lost = orders.marks_lost.load(std::memory_order_relaxed);
    return probe;
}

/// Seals a probe and sends it by its path, and by no other. False when there is no buffer, or nothing can be sent.
template <stages::Egress E>
bool send_path_probe(const view::ProbedPath& which, const view::TunnelView& tunnel, const NextProbe& next,
                     stages::Context& context, E& egress) {
    burst::TunnelBurst burst;
    burst.tunnel = &tunnel;
    stages::load_orders(tunnel, context, burst.orders);
    const std::uint32_t path_bit = 1U << which.path & burst.orders.paths.reachable;
    rte_mbuf* const mbuf = path_bit == 0 ? nullptr : rte_pktmbuf_alloc(context.pool);
    if (mbuf == nullptr) return false;
    const headers::PathProbe probe = make_path_probe(tunnel.paths[which.path], next, context);
    packet::Packet* const packet = packet::Packet::from(mbuf);
    std::memcpy(packet->data(), &probe, sizeof probe);
    packet->set_size(sizeof probe);
    burst.push({.packet = packet,
                .paths = path_bit,
                .matched_class = tunnel::ClassTable::in_none,
                .traffic_class = static_cast<std::uint8_t>(next.dscp << 2),
                .next_header = packet::protocol_none});
    context.counters.tunnels[tunnel.slot].injected_packets.add(1);
    context.counters.paths[which.slot].tx_probes.add(1);
    depart(burst, context, egress);
    return true;
}

/// Sends what is due of the probes of the paths that worker `worker` owns: one of best effort, and where traffic wears
/// DSCPs, one that wears one of them in turn. Returns probes sent.
template <stages::Egress E, class Schedule>
std::uint32_t send_path_probes(const view::ConfigView& view, unsigned worker, Schedule& schedule,
                               stages::Context& context, E& egress) {
    std::uint32_t sent = 0;
    for (const view::ProbedPath& path : view.probed_paths) {
        if (!schedule.is_due(path.slot, context.now_ns)) continue;
        if (path.slot % static_cast<std::uint32_t>(context.workers) != worker) {
            schedule.sent(path.slot, 0, context.now_ns);
            continue;
        }
        const std::uint32_t interval_us = context.control.path_orders[path.slot].load().probe_interval_us;
        if (schedule.waits(path.slot, interval_us, context.now_ns)) continue;
        if (interval_us != 0) {
            const view::TunnelView& tunnel = view.tunnels[path.tunnel];
            NextProbe next{.number = schedule.next_number(path.slot),
                           .interval_us = interval_us,
                           .marks = marks_on(tunnel.paths[path.path], tunnel, context)};
            sent += send_path_probe(path, tunnel, next, context, egress);
            if (next.marks != 0) {
                next.dscp = schedule.next_dscp(path.slot, next.marks);
                sent += send_path_probe(path, tunnel, next, context, egress);
            }
        }
        schedule.sent(path.slot, interval_us, context.now_ns);
    }
    return sent;
}

}  // namespace ropewalk::dataplane::pipeline
