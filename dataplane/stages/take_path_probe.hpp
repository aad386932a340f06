#pragma once

#include "dataplane/headers/path_probe.hpp"
#include "dataplane/packet/hop_data.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/view/tunnel_view.hpp"

namespace ropewalk::dataplane::stages {

/// Takes a probe that came by the path of slot `path`, and leaves what it says in the path's signals, stamped. Only the
/// path that the seal names is told alive: the copy header could be anybody's. Drops probe_refused.
inline void take_path_probe(packet::Packet* packet, const view::TunnelView& tunnel, std::uint32_t path,
                            Context& context) {
    const auto& probe = *packet->at<headers::PathProbe>(0);
    const std::uint8_t index = tunnel.path_by_id[probe.path_id];
    if (probe.layout == 0 || index == view::TunnelView::unknown_path || tunnel.paths[index].slot != path)
        return context.drop(config::region::DropReason::probe_refused, packet);
    context.counters.paths[path].rx_probes.add(1);
    context.counters.tunnels[tunnel.slot].punted_packets.add(1);
    auto& signals = context.signals[path];
    if (probe.dscp != 0) {
        const std::uint64_t marks = signals.marks_changed.load(std::memory_order_relaxed);
        signals.marks_changed.store(marks ^ std::uint64_t{1} << (probe.dscp & 63), std::memory_order_relaxed);
        return packet->free();
    }
    // One that was overtaken says nothing new.
    const config::region::ProbeSight newest = signals.probe.load();
    const bool is_older = static_cast<std::int32_t>(probe.number.host() - newest.number) <= 0;
    if (newest.arrived_ns != 0 && is_older && probe.sent_ns.host() <= newest.sent_ns) return packet->free();
    std::uint64_t came = 0;
    for (std::size_t worker = 0; worker < context.workers; ++worker)
        came += context.section.counters[worker].paths[path].rx_copies.get();
    signals.probe.store({.arrived_ns = context.now_ns,
                         .sent_ns = probe.sent_ns.host(),
                         .answered_ns = probe.answered_ns.host(),
                         .kept_ns = probe.kept_ns.host(),
                         .reception = probe.reception.host(),
                         .number = probe.number.host(),
                         .copies = probe.copies.host(),
                         .came = static_cast<std::uint32_t>(came),
                         .interval_us = probe.interval_us.host(),
                         .marks = probe.marks.host(),
                         .marks_lost = probe.marks_lost.host()});
    packet->free();
}

}  // namespace ropewalk::dataplane::stages
