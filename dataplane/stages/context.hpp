#pragma once

#include <array>
#include <cstdint>

#include <rte_mempool.h>

#include "config/region/drop_reasons.hpp"
#include "config/region/layout.hpp"
#include "dataplane/headers/inside_ethernet.hpp"
#include "dataplane/packet/hop_data.hpp"
#include "dataplane/packet/packet.hpp"
#include "dataplane/stages/marked_tunnels.hpp"
#include "dataplane/tunnel/path_state.hpp"
#include "dataplane/tunnel/token_bucket.hpp"

namespace ropewalk::dataplane::stages {

/// Indexed by path slot; shared by all workers.
using PathSenders = std::array<tunnel::PathSender, config::region::max_paths>;
/// Indexed by path slot and shard; one per worker.
using PathReceivers =
    std::array<std::array<tunnel::PathReceiver, config::region::max_shards>, config::region::max_paths>;

/// How many ICMP errors a worker sends to users (RFC 4443 section 2.4 f): enough for each flow of a site to find its
/// MTU after a change, too few to be worth provoking.
inline constexpr std::uint32_t icmp_answers_per_second = 100, icmp_answers_at_once = 50;

/// What a worker has at hand on every turn, beside the configuration: its counters, its memory, the time.
struct Context {
    /// That of worker `worker`: its own parts of the dataplane's section, and what control says to it.
    Context(config::region::DataplaneSection& own_section, const config::region::ControlSection& from_control,
            unsigned worker, PathSenders& all_senders, PathReceivers& own_receivers, rte_mempool* mbufs,
            const headers::InsideEthernet* before_inside = nullptr)
        : section(own_section),
          counters(own_section.counters[worker]),
          signals(own_section.signals[worker]),
          tunnel_signals(own_section.tunnel_signals[worker]),
          received(own_section.received[worker]),
          punt(own_section.punt[worker]),
          punted(from_control.punt[worker]),
          control(from_control),
          links(own_section.links),
          senders(all_senders),
          receivers(own_receivers),
          pool(mbufs),
          ethernet(before_inside) {}

    const config::region::DataplaneSection& section;  ///< what other workers of ours saw
    config::region::WorkerCounters& counters;
    std::array<config::region::PathSignals, config::region::max_paths>& signals;             ///< by path slot
    std::array<config::region::TunnelSignals, config::region::max_tunnels>& tunnel_signals;  ///< by tunnel slot
    std::array<config::region::ReceivedMark, config::region::max_tunnels>& received;         ///< by tunnel slot
    config::region::RingProducerHalf& punt;
    const config::region::RingConsumerHalf& punted;                                  ///< control's
    const config::region::ControlSection& control;                                   ///< read for its orders
    const std::array<config::region::LinkStatus, config::region::max_ports>& links;  ///< by port slot; the main lcore's
    PathSenders& senders;
    PathReceivers& receivers;
    /// Where further copies and messages come from; mbufs with the default headroom.
    rte_mempool* pool;
    /// What the inside has before its IP packets; null: nothing, as on a tun.
    const headers::InsideEthernet* ethernet;
    /// CLOCK_MONOTONIC, read once a turn.
    std::uint64_t now_ns = 0;
    /// Whether control has not been seen for so long that its orders may be old; looked at once a turn.
    bool is_unattended = false;
    /// Of how many workers signals are looked at.
    std::size_t workers = config::region::max_workers;
    /// What is left of this worker's share of ICMP errors.
    tunnel::TokenBucket icmp_answers{icmp_answers_per_second, icmp_answers_at_once};
    /// Whose windows are to be published before packets leave.
    MarkedTunnels marked = {};

    /// Time as the copy header carries it.
    std::uint32_t tx_time() const { return static_cast<std::uint32_t>(now_ns / 50'000); }

    void drop(config::region::DropReason reason, packet::Packet* packet) {
        count(reason, 1);
        packet->free();
    }
    /// Of a copy for the WAN, which its path counts, too.
    void drop_outgoing(config::region::DropReason reason, packet::Packet* packet) {
        counters.paths[packet->carried<packet::OutgoingCopy>().path_slot].tx_dropped.add(1);
        drop(reason, packet);
    }
    void count(config::region::DropReason reason, std::uint64_t packets) {
        counters.drops[static_cast<std::size_t>(reason)].add(packets);
    }
};

}  // namespace ropewalk::dataplane::stages
