#include "control/region_exchange.hpp"

#include <string.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "config/region/copy.hpp"
#include "config/region/forgotten.hpp"
#include "config/region/heard.hpp"
#include "config/region/view.hpp"

namespace ropewalk::control {

using config::region::ControlSection;
using config::region::DataplaneSection;
using config::region::LinkCode;
using config::region::LinkReason;
using config::region::Publication;
using config::region::SnapshotHeader;

namespace {

/// Cells of many paths and workers are many cache lines.
constexpr std::uint64_t cells_interval_ns = 200'000'000;

const SnapshotHeader& header_of(const config::region::SnapshotSlot& slot) {
    return *reinterpret_cast<const SnapshotHeader*>(slot.bytes.data());
}

/// As far as the snapshot goes that stands in it.
void wipe(config::region::SnapshotSlot& slot) {
    const std::size_t size = std::clamp<std::size_t>(header_of(slot).size, sizeof(SnapshotHeader), slot.bytes.size());
    ::explicit_bzero(slot.bytes.data(), size);
}

publication::PublishedSnapshots published_in(const ControlSection& control) {
    publication::PublishedSnapshots found;
    found.newest = Publication::unpack(control.publication.load(std::memory_order_acquire));
    found.newest.slot = std::min<std::uint32_t>(found.newest.slot, config::region::snapshot_slots - 1);
    for (std::size_t i = 0; i < control.slots.size(); ++i)
        if (header_of(control.slots[i]).magic == config::region::snapshot_magic)
            found.generations[i] = header_of(control.slots[i]).generation;
    if (found.newest.generation == 0) return found;
    if (auto bytes = config::region::copy_without_need_of_keys(control, found.newest)) found.bytes = std::move(*bytes);
    return found;
}

}  // namespace

Legacy RegionExchange::legacy() const {
    const ControlSection& control = region_.control();
    Legacy legacy{published_in(control), {}, {}};
    if (legacy.snapshots.bytes.empty()) return legacy;
    const config::region::View view(legacy.snapshots.bytes);
    for (const auto& tunnel : view.tunnels()) {
        legacy.orders.tunnels[tunnel.slot] = control.tunnel_orders[tunnel.slot].load();
        for (const auto& path : view.paths_of(tunnel)) {
            legacy.orders.paths[path.slot] = control.path_orders[path.slot].load();
            legacy.health[path.slot] = control.path_health[path.slot].load();
        }
    }
    return legacy;
}

Facts RegionExchange::look(std::uint64_t now_ns, publication::Liveness dataplane,
                           const config::snapshot::Resolved& resolved) {
    ControlSection& ours = region_.control();
    const DataplaneSection& theirs = region_.dataplane();
    ours.control_heartbeat_ns.store(now_ns);
    Facts facts;
    facts.dataplane = publication::look_at_dataplane(theirs, now_ns, dataplane);
    config::region::Message message;
    for (std::size_t worker = 0; worker < ours.punt.size(); ++worker)
        // A producer that is faster than we are has its turn again in the next one.
        for (std::size_t i = 0; i < config::region::ring_cells; ++i) {
            if (!ring_pop(ours.punt[worker], theirs.punt[worker], message)) break;
            facts.messages.push_back(message);
        }
    facts.inject_room = ring_room(ours.inject, theirs.inject);
    if (facts.dataplane.sighting.is_running()) look_at_paths(now_ns, resolved, facts);
    if (now_ns >= cells_due_ns_) {
        cells_due_ns_ = now_ns + cells_interval_ns;
        look_at_cells(now_ns, resolved, facts);
    }
    return facts;
}

void RegionExchange::look_at_paths(std::uint64_t now_ns, const config::snapshot::Resolved& resolved, Facts& facts) {
    const DataplaneSection& theirs = region_.dataplane();
    const std::size_t workers = facts.dataplane.acknowledged.size();
    const bool counts = now_ns >= copies_due_ns_;
    if (counts) copies_due_ns_ = now_ns + paths::LossWindow::slice_ns;
    // A worker that stands still hears nothing, whatever comes.
    facts.heard_until_ns = now_ns;
    for (std::size_t worker = 0; worker < workers; ++worker)
        facts.heard_until_ns = std::min(facts.heard_until_ns, theirs.workers[worker].turned_ns.load());
    facts.path_looks.reserve(resolved.path_slots.size());
    for (const auto& [name, slot] : resolved.path_slots) {
        paths::PathLook look{.path_slot = slot,
                             .heard_ns = config::region::newest_heard_ns(theirs, slot, workers),
                             .probe = config::region::newest_probe(theirs, slot, workers),
                             .marks_changed = config::region::marks_changed(theirs, slot, workers),
                             .copies = std::nullopt};
        if (counts) {
            look.copies.emplace();
            for (std::size_t worker = 0; worker < workers; ++worker) {
                look.copies->came += theirs.counters[worker].paths[slot].rx_copies.get();
                look.copies->missing += theirs.counters[worker].paths[slot].rx_missing.get();
            }
        }
        facts.path_looks.push_back(look);
    }
}

void RegionExchange::look_at_cells(std::uint64_t now_ns, const config::snapshot::Resolved& resolved,
                                   Facts& facts) const {
    const DataplaneSection& theirs = region_.dataplane();
    paths::PathSights& sights = facts.path_sights.emplace();
    if (!facts.dataplane.sighting.is_running()) return;
    const std::size_t workers = facts.dataplane.acknowledged.size();
    sights.seen_ns = std::min(now_ns, theirs.heartbeat_ns.load());
    for (const auto& [name, slot] : resolved.port_slots)
        sights.ports[slot] = {static_cast<LinkCode>(theirs.links[slot].code.load()),
                              static_cast<LinkReason>(theirs.links[slot].reason.load())};
    for (const auto& [name, slot] : resolved.tunnel_slots) {
        peers::BehindSight newest;
        for (std::size_t worker = 0; worker < workers; ++worker) {
            const auto& signals = theirs.tunnel_signals[worker][slot];
            if (signals.behind_ns.get() > newest.seen_ns) newest = {signals.behind_ns.get(), signals.behind.get()};
        }
        std::uint64_t& user_packets = facts.user_packets[slot];
        for (std::size_t worker = 0; worker < workers; ++worker) {
            const auto& counters = theirs.counters[worker].tunnels[slot];
            user_packets += counters.sealed_packets.get() - counters.injected_packets.get();
        }
        if (newest.seen_ns != 0) facts.numbers_behind[slot] = newest;
    }
}

void RegionExchange::apply(const Effects& effects) {
    ControlSection& ours = region_.control();
    for (const auto& [slot, order] : effects.orders.paths) ours.path_orders.at(slot).store(order);
    for (const auto& [slot, order] : effects.orders.tunnels) ours.tunnel_orders.at(slot).store(order);
    for (const auto& [slot, figures] : effects.orders.receptions)
        ours.path_orders.at(slot).reception.store(figures.pack(), std::memory_order_relaxed);
    for (const auto& [slot, marks] : effects.orders.marks_lost)
        ours.path_orders.at(slot).marks_lost.store(marks, std::memory_order_relaxed);
    for (const auto& [slot, health] : effects.health) ours.path_health.at(slot).store(health);
    if (effects.publish) {
        const auto& [publication, bytes] = *effects.publish;
        std::memcpy(ours.slots.at(publication.slot).bytes.data(), bytes.data(), bytes.size());
        ours.publication.store(publication.pack(), std::memory_order_release);
    }
    for (const std::uint32_t slot : effects.superseded_slots) wipe(ours.slots.at(slot));
    // A turn never has more messages than look() saw room for.
    for (const auto& message : effects.messages)
        ring_push(ours.inject, region_.dataplane().inject, message.head, message.bytes);
}

void RegionExchange::forget_keys() {
    ControlSection& ours = region_.control();
    const auto publication = Publication::unpack(ours.publication.load());
    for (std::uint32_t i = 0; i < ours.slots.size(); ++i) {
        auto& slot = ours.slots[i];
        if (i != publication.slot || !config::region::copy_snapshot(ours, publication)) {
            wipe(slot);
            continue;
        }
        config::region::forget_keys(std::span(slot.bytes).first(header_of(slot).size));
    }
}

}  // namespace ropewalk::control
