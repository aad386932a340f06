#pragma once

#include <cstdint>
#include <span>

#include "config/region/layout.hpp"
#include "dataplane/channel/config_channel.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/pipeline/injected.hpp"
#include "dataplane/pipeline/to_inside.hpp"
#include "dataplane/pipeline/to_paths.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/stages/inside_ethernet.hpp"
#include "dataplane/worker/egress_buffers.hpp"
#include "dataplane/worker/links.hpp"
#include "dataplane/worker/worker_ports.hpp"

namespace ropewalk::dataplane::worker {

/// What a worker is given beside its ports. All of it outlives the worker.
struct TurnSetup {
    std::span<const std::uint32_t> wan_slots;  ///< counter slots of the WAN ports, in the order of the snapshot's
    const WorkerLinks* links;
    rte_mempool* pool;
    const channel::ViewCell* view;
    config::region::DataplaneSection* section;      ///< ours to write
    const config::region::ControlSection* control;  ///< read-only
    stages::PathSenders* senders;                   ///< of all workers
    stages::PathReceivers* receivers;               ///< of this one
    unsigned index;                                 ///< of the worker
    /// What the inside has before its IP packets; null: nothing, as on a tun.
    const stages::InsideEthernet* ethernet = nullptr;
};

/// What a worker does in one turn of its loop, whatever its ports and its clock are: a function of what lies in the
/// ports, the configuration and the time. The caller keeps count of turns and cycles.
template <WorkerPorts Ports>
class Turn {
public:
    Turn(const TurnSetup& setup, Ports& ports)
        : setup_(setup),
          ports_(ports),
          context_{setup.section->counters[setup.index],
                   *setup.senders,
                   *setup.receivers,
                   setup.pool,
                   &setup.section->punt[setup.index],
                   &setup.control->punt[setup.index]},
          egress_(context_, ports, setup.wan_slots, *setup.links, setup.ethernet) {}

    /// The configuration of this turn, acknowledged; null before the first.
    const view::ConfigView* adopt_view() {
        const view::ConfigView* view = setup_.view->current.load(std::memory_order_acquire);
        if (view != nullptr && view->generation != generation_) {
            generation_ = view->generation;
            setup_.section->workers[setup_.index].acknowledged_generation.store(generation_, std::memory_order_release);
        }
        return view;
    }

    /// Takes a burst from every queue and sends what comes of it. Returns packets taken.
    std::uint32_t run(const view::ConfigView& view, std::uint64_t now_ns) {
        context_.now_ns = now_ns;
        std::uint32_t from_wan = 0;
        for (std::uint16_t port = 0; port < setup_.wan_slots.size(); ++port) {
            if (!egress_.inside_has_room()) deliver(view);
            from_wan += take_from_wan(view, port);
        }
        from_wan += take_dealt(view);
        if (!egress_.inside_has_room()) deliver(view);
        const std::uint32_t packets = from_wan + take_from_inside(view) + take_injected(view) + take_outgoing();
        egress_.flush_wan();
        if (from_wan != 0)
            deliver(view);
        else
            egress_.flush_inside();
        return packets;
    }

    /// What other workers handed over before they ended goes on its way; nothing is taken from the ports.
    void finish(const view::ConfigView& view) {
        while (take_dealt(view) + take_outgoing() != 0) {
            egress_.flush_wan();
            deliver(view);
        }
    }

    config::region::WorkerCounters& counters() { return context_.counters; }

private:
    static std::uint64_t bytes_of(const packet::Burst& burst) {
        std::uint64_t bytes = 0;
        for (packet::Packet* packet : burst.view()) bytes += packet->mbuf()->pkt_len;
        return bytes;
    }

    /// The windows are published before the packets leave, so that a successor never starts below a number that was
    /// delivered, wherever this process is killed.
    void deliver(const view::ConfigView& view) {
        publish_windows(view);
        egress_.flush_inside();
    }

    std::uint32_t take_from_inside(const view::ConfigView& view) {
        packet::Burst burst;
        burst.count = ports_.receive_inside(burst.mbufs(), packet::burst_capacity);
        if (burst.count == 0) return 0;
        context_.counters.inside_rx_packets.add(burst.count);
        context_.counters.inside_rx_bytes.add(bytes_of(burst));
        const std::uint32_t taken = burst.count;
        if (setup_.ethernet != nullptr) stages::cut_ethernet(burst, *setup_.ethernet, context_);
        pipeline::to_paths(burst, view, context_, egress_);
        return taken;
    }

    std::uint32_t take_from_wan(const view::ConfigView& view, std::uint16_t port) {
        packet::Burst burst;
        burst.count = ports_.receive_wan(port, burst.mbufs(), packet::burst_capacity);
        if (burst.count == 0) return 0;
        auto& counters = context_.counters.ports[setup_.wan_slots[port]];
        counters.rx_packets.add(burst.count);
        counters.rx_bytes.add(bytes_of(burst));
        const std::uint32_t taken = burst.count;
        pipeline::to_inside(burst, port, setup_.links->ports[port].deal, view, context_, egress_);
        return taken;
    }

    std::uint32_t take_dealt(const view::ConfigView& view) {
        std::uint32_t taken = 0;
        for (packet::PacketRing* ring : setup_.links->dealt) {
            if (!egress_.inside_has_room()) deliver(view);
            packet::Burst burst;
            ring->pop(burst);
            taken += burst.count;
            pipeline::dealt_to_inside(burst, view, context_, egress_);
        }
        return taken;
    }

    std::uint32_t take_outgoing() {
        std::uint32_t taken = 0;
        for (packet::PacketRing* ring : setup_.links->outgoing) {
            packet::Burst burst;
            ring->pop(burst);
            taken += burst.count;
            for (packet::Packet* packet : burst.view()) egress_.to_wan(packet->wan_port(), packet);
        }
        return taken;
    }

    std::uint32_t take_injected(const view::ConfigView& view) {
        if (setup_.index != 0) return 0;
        return pipeline::send_injected(setup_.section->inject, setup_.control->inject, view, context_, egress_);
    }

    void publish_windows(const view::ConfigView& view) {
        context_.marked.take([&](std::uint32_t index) {
            const view::TunnelView& tunnel = view.tunnels[index];
            const std::uint64_t newest = tunnel.state->window.newest();
            auto& mark = setup_.section->received[setup_.index][tunnel.slot];
            if (mark.rx_key_id.load(std::memory_order_relaxed) != tunnel.rx_key_id) {
                // Never a moment in which the number of one key stands beside the name of another.
                mark.newest.store(0, std::memory_order_release);
                mark.rx_key_id.store(tunnel.rx_key_id, std::memory_order_release);
            }
            if (mark.newest.load(std::memory_order_relaxed) != newest)
                mark.newest.store(newest, std::memory_order_release);
        });
    }

    TurnSetup setup_;
    Ports& ports_;
    stages::Context context_;
    EgressBuffers<Ports> egress_;
    std::uint64_t generation_ = 0;
};

}  // namespace ropewalk::dataplane::worker
