#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "config/region/layout.hpp"
#include "config/region/limits.hpp"
#include "dataplane/channel/config_channel.hpp"
#include "dataplane/headers/inside_ethernet.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/packet/hop_data.hpp"
#include "dataplane/pipeline/injected.hpp"
#include "dataplane/pipeline/path_probes.hpp"
#include "dataplane/pipeline/to_inside.hpp"
#include "dataplane/pipeline/to_paths.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/stages/drop_stale.hpp"
#include "dataplane/worker/aging.hpp"
#include "dataplane/worker/egress_buffers.hpp"
#include "dataplane/worker/probe_schedule.hpp"
#include "dataplane/worker/turn_clock.hpp"
#include "dataplane/worker/worker_hops.hpp"
#include "dataplane/worker/worker_ports.hpp"

namespace ropewalk::dataplane::worker {

/// What a worker is given beside its ports. All it points at outlives the worker.
struct TurnSetup {
    const WorkerHops* hops;
    rte_mempool* pool;
    const channel::ViewCell* view;
    config::region::DataplaneSection* section;      ///< ours to write
    const config::region::ControlSection* control;  ///< read-only
    stages::PathSenders* senders;                   ///< of all workers
    unsigned index;                                 ///< of the worker
    /// What the inside has before its IP packets now, looked at once a turn; null: nothing, as on a tun.
    const std::atomic<const headers::InsideEthernet*>* ethernet = nullptr;
    /// The longest that frames may wait in the ports, or in rings from other workers, while the worker stands still.
    std::uint64_t max_age_ns = Aging::never;
};

/// What a worker does in one turn of its loop, whatever its ports and its clock are: a function of what lies in the
/// ports, the configuration and the time. The caller keeps count of turns and cycles.
template <WorkerPorts Ports>
class Turn {
public:
    Turn(const TurnSetup& setup, Ports& ports)
        : setup_(setup),
          ports_(ports),
          receivers_(std::make_unique<stages::PathReceivers>()),
          probes_(std::make_unique<ProbeSchedule>()),
          context_(*setup.section, *setup.control, setup.index, *setup.senders, *receivers_, setup.pool,
                   setup.ethernet == nullptr ? nullptr : setup.ethernet->load(std::memory_order_acquire)),
          egress_(context_, ports, *setup.hops),
          aging_(setup.max_age_ns, std::vector<std::size_t>(sources, 1)) {}

    /// The configuration of this turn, acknowledged; null before the first.
    const view::ConfigView* adopt_view() {
        const std::uint64_t epoch = setup_.view->epoch.load(std::memory_order_acquire);
        const view::ConfigView* view = setup_.view->current.load(std::memory_order_acquire);
        if (epoch != epoch_) {
            epoch_ = epoch;
            setup_.section->workers[setup_.index].acknowledged_epoch.store(epoch, std::memory_order_release);
        }
        if (view != nullptr && view->generation != generation_) {
            generation_ = view->generation;
            setup_.section->workers[setup_.index].acknowledged_generation.store(generation_, std::memory_order_release);
        }
        return view;
    }

    /// Takes a burst from every queue and sends what comes of it. Returns packets taken.
    std::uint32_t run(const view::ConfigView& view, const TurnTime& now) {
        begin_turn(now);
        if (setup_.ethernet != nullptr) context_.ethernet = setup_.ethernet->load(std::memory_order_acquire);
        std::uint32_t from_wan = 0;
        for (const std::uint16_t port : view.wan_ports) {
            if (!egress_.inside_has_room()) publish_and_flush_inside(view);
            from_wan += take_from_wan(view, port);
        }
        from_wan += take_dealt(view);
        if (!egress_.inside_has_room()) publish_and_flush_inside(view);
        const std::uint32_t packets =
            from_wan + take_from_inside(view) + take_injected(view) + send_probes(view) + take_outgoing();
        egress_.flush_wan();
        publish_and_flush_inside(view);
        return packets;
    }

    /// What other workers handed over before they ended goes on its way, if it has not waited too long; nothing is
    /// taken from the ports. Returns packets taken.
    std::uint32_t drain(const view::ConfigView& view, const TurnTime& now) {
        begin_turn(now);
        const std::uint32_t packets = take_dealt(view) + take_outgoing();
        egress_.flush_wan();
        publish_and_flush_inside(view);
        return packets;
    }

    config::region::WorkerCounters& counters() { return context_.counters; }

private:
    // The sources of aging: WAN ports by slot, the inside, rings from other workers by Hop.
    static constexpr std::size_t inside_source = config::region::max_ports, first_ring = inside_source + 1,
                                 sources = first_ring + hop_kinds * config::region::max_workers;

    static constexpr std::size_t most_workers = config::region::max_workers;
    /// Control beats every few milliseconds.
    static constexpr std::uint64_t unattended_after_ns = 50'000'000;

    static constexpr std::size_t source_of(Hop hop) {
        return first_ring + static_cast<std::size_t>(hop) * config::region::max_workers;
    }

    void begin_turn(const TurnTime& now) {
        context_.now_ns = now.monotonic_ns;
        // A port is asked although it may have no queue.
        aging_.begin_turn(now.boot_ns, [&](std::vector<std::size_t>& queues) {
            for (std::uint16_t port = 0; port < inside_source; ++port)
                queues[port] = std::max<std::size_t>(ports_.receive_queues(port), 1);
        });
    }

    static std::uint64_t bytes_of(const packet::Burst& burst) {
        std::uint64_t bytes = 0;
        for (packet::Packet* packet : burst.view()) bytes += packet->mbuf()->pkt_len;
        return bytes;
    }

    void publish_and_flush_inside(const view::ConfigView& view) {
        pipeline::publish_and_flush_inside(view, context_, egress_);
    }

    std::uint32_t take_from_inside(const view::ConfigView& view) {
        packet::Burst burst;
        burst.count = ports_.receive_inside(burst.mbufs(), packet::burst_capacity);
        const bool is_stale = aging_.is_stale(inside_source, burst.count);
        if (burst.count == 0) return 0;
        context_.counters.inside_rx_packets.add(burst.count);
        context_.counters.inside_rx_bytes.add(bytes_of(burst));
        const std::uint32_t taken = burst.count;
        if (is_stale) [[unlikely]]
            stages::drop_stale(burst, config::region::DropReason::inside_stale, context_);
        pipeline::to_paths(burst, view, context_, egress_);
        return taken;
    }

    std::uint32_t take_from_wan(const view::ConfigView& view, std::uint16_t port) {
        packet::Burst burst;
        burst.count = ports_.receive_wan(port, burst.mbufs(), packet::burst_capacity);
        const bool is_stale = aging_.is_stale(port, burst.count);
        if (burst.count == 0) return 0;
        auto& counters = context_.counters.ports[port];
        counters.rx_packets.add(burst.count);
        counters.rx_bytes.add(bytes_of(burst));
        const std::uint32_t taken = burst.count;
        if (is_stale) [[unlikely]]
            stages::drop_stale(burst, config::region::DropReason::copy_stale, context_);
        pipeline::to_inside(burst, port, setup_.hops->ports[port].deal, view, context_, egress_);
        return taken;
    }

    std::uint32_t take_dealt(const view::ConfigView& view) {
        std::uint32_t taken = 0;
        std::size_t source = source_of(Hop::dealt);
        for (packet::PacketRing* ring : setup_.hops->arriving_by(Hop::dealt)) {
            if (!egress_.inside_has_room()) publish_and_flush_inside(view);
            packet::Burst burst;
            ring->pop(burst);
            taken += burst.count;
            if (aging_.is_stale(source++, burst.count)) [[unlikely]]
                stages::drop_stale(burst, config::region::DropReason::copy_stale, context_);
            pipeline::dealt_to_inside(burst, view, context_, egress_);
        }
        return taken;
    }

    std::uint32_t take_outgoing() {
        std::uint32_t taken = 0;
        std::size_t source = source_of(Hop::outgoing);
        for (packet::PacketRing* ring : setup_.hops->arriving_by(Hop::outgoing)) {
            packet::Burst burst;
            ring->pop(burst);
            taken += burst.count;
            if (aging_.is_stale(source++, burst.count)) [[unlikely]]
                stages::drop_stale_outgoing(burst, context_);
            for (packet::Packet* packet : burst.view())
                egress_.to_wan(packet->carried<packet::OutgoingCopy>().wan_port, packet);
        }
        return taken;
    }

    std::uint32_t take_injected(const view::ConfigView& view) {
        if (setup_.index != 0) return 0;
        return pipeline::send_injected(setup_.section->inject, setup_.control->inject, view, context_, egress_);
    }

    std::uint32_t send_probes(const view::ConfigView& view) {
        if (!probes_->looks(context_.now_ns)) return 0;
        setup_.section->workers[setup_.index].turned_ns.store(context_.now_ns, std::memory_order_relaxed);
        const std::uint64_t beat_ns = setup_.control->control_heartbeat_ns.load(std::memory_order_relaxed);
        context_.is_unattended = context_.now_ns > beat_ns + unattended_after_ns;
        context_.workers =
            std::clamp<std::size_t>(setup_.section->worker_count.load(std::memory_order_relaxed), 1, most_workers);
        return pipeline::send_path_probes(view, setup_.index, *probes_, context_, egress_);
    }

    TurnSetup setup_;
    Ports& ports_;
    std::unique_ptr<stages::PathReceivers> receivers_;
    std::unique_ptr<ProbeSchedule> probes_;
    stages::Context context_;
    EgressBuffers<Ports> egress_;
    Aging aging_;
    std::uint64_t generation_ = 0, epoch_ = 0;
};

}  // namespace ropewalk::dataplane::worker
