#pragma once

#include <array>

#include "dataplane/burst/arrived.hpp"
#include "dataplane/crypto/nonce.hpp"
#include "dataplane/headers/ecn.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/packet/hop_data.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/stages/refused.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::stages {

/// The last of the opened copies, from `begin` on: of one tunnel and one block of its window, in ascending order, which
/// the window is to mark in one step.
struct UnmarkedRun {
    std::uint32_t tunnel = 0;
    std::uint64_t last = 0;
    std::uint64_t bits = 0;
    std::uint16_t begin = 0;

    bool continues_with(std::uint32_t next_tunnel, std::uint64_t sequence) const {
        return bits != 0 && tunnel == next_tunnel && sequence > last &&
               tunnel::Window::block_of(sequence) == tunnel::Window::block_of(last);
    }
    void add(std::uint32_t to_tunnel, std::uint64_t sequence) {
        tunnel = to_tunnel;
        last = sequence;
        bits |= tunnel::Window::bit_of(sequence);
    }
};

/// Counts copies `from` up to `to` as the first of their packets, each on its path.
inline void count_first(const burst::Arrived& copies, std::uint16_t from, std::uint16_t to, Context& context) {
    while (from < to) {
        const std::uint32_t path = copies.path[from];
        const std::uint16_t begin = from;
        while (from < to && copies.path[from] == path) ++from;
        if (path == packet::unknown_path_slot) continue;
        context.counters.paths[path].rx_first.add(static_cast<std::uint64_t>(from - begin));
        context.signals[path].heard_ns.set(context.now_ns);
    }
}

/// Notes of copies `from` up to `to` of one watched block, the first of their packets, which had others beside them.
inline void note_first(const burst::Arrived& copies, std::uint16_t from, std::uint16_t to,
                       tunnel::LoneCopies& lone_copies) {
    for (; from < to; ++from)
        if ((copies.marks[from] & packet::copy_flags_accompanied) != 0)
            lone_copies.came_first(copies.sequence[from], copies.path[from]);
}

/// Marks the run, which ends before `end`; takes out the copies of packets that another worker has delivered meanwhile.
/// Returns the new end.
inline std::uint16_t mark(UnmarkedRun& run, burst::Arrived& copies, std::uint16_t end, const view::ConfigView& view,
                          Context& context, Refused& refused) {
    using tunnel::Window;
    if (run.bits == 0) return end;
    tunnel::TunnelState& state = *view.tunnels[run.tunnel].state;
    const std::uint64_t block = Window::block_of(run.last);
    const bool is_watched = tunnel::LoneCopies::is_watched(block);
    // Before the window has it: only then do other workers meet duplicates.
    if (is_watched)
        state.lone_copies.begin(block, context.now_ns, [&](std::uint32_t path, std::uint64_t packets) {
            context.counters.paths[path].rx_saved.add(packets);
        });
    const std::uint64_t fresh = state.window.commit(block, run.bits);
    context.marked.add(run.tunnel);
    std::uint16_t kept = run.begin;
    if (fresh == run.bits) [[likely]]
        kept = end;
    else
        for (std::uint16_t i = run.begin; i < end; ++i)
            if ((fresh & Window::bit_of(copies.sequence[i])) != 0)
                copies.move(i, kept++);
            else
                refused.add(Window::Verdict::duplicate, copies, i, view, context);
    count_first(copies, run.begin, kept, context);
    if (is_watched) note_first(copies, run.begin, kept, state.lone_copies);
    run = {.begin = kept};
    return kept;
}

/// Takes copies that passed the pre-check; hands on the plaintext of those that authenticate, each number once. The
/// window is asked again right before opening, because an earlier copy of this very burst may have been delivered
/// meanwhile; a number that follows on the one before is not asked for. The window is marked only after opening: a
/// damaged or forged copy leaves the way free for the good one behind it. A copy whose congestion mark the inner packet
/// cannot carry is lost, but it alone: the outer header is not authenticated, and one path must not take a packet from
/// the others. Drops duplicate, too_old, authentication_failed, outer_congested.
inline void open(burst::Arrived& copies, const view::ConfigView& view, Context& context) {
    using namespace packet;
    std::array<crypto::NonceAndAad, burst_capacity> nonces;
    for (std::uint16_t i = 0; i < copies.count; ++i) {
        const view::TunnelView& tunnel = view.tunnels[copies.tunnel[i]];
        crypto::build_nonce(nonces[i], tunnel.rx_salt, tunnel.rx_spi, copies.sequence[i]);
    }
    Refused refused;
    UnmarkedRun run;
    std::uint16_t kept = 0;
    for (std::uint16_t i = 0; i < copies.count; ++i) {
        const view::TunnelView& tunnel = view.tunnels[copies.tunnel[i]];
        Packet* packet = copies.packets[i];
        const std::uint64_t sequence = copies.sequence[i];
        if (!run.continues_with(copies.tunnel[i], sequence)) {
            kept = mark(run, copies, kept, view, context, refused);
            const auto verdict = tunnel.state->window.check(sequence);
            if (verdict != tunnel::Window::Verdict::fresh) {
                refused.add(verdict, copies, i, view, context);
                continue;
            }
        }
        const auto text_size = static_cast<std::uint16_t>(packet->size() - sizeof(EspHeader) - icv_bytes);
        if (!tunnel.rx_key->open(packet->at<std::uint8_t>(sizeof(EspHeader)), text_size, nonces[i])) [[unlikely]] {
            if (copies.path[i] != packet::unknown_path_slot) context.counters.paths[copies.path[i]].rx_refused.add(1);
            context.drop(config::region::DropReason::authentication_failed, packet);
            continue;
        }
        packet->cut_front(sizeof(EspHeader));
        packet->set_size(text_size);
        if ((copies.marks[i] & headers::ecn_may_change) != 0 &&
            !headers::take_over_ecn(*packet, copies.marks[i] & ecn_mask)) [[unlikely]] {
            context.drop(config::region::DropReason::outer_congested, packet);
            continue;
        }
        run.add(copies.tunnel[i], sequence);
        copies.move(i, kept++);
    }
    copies.count = mark(run, copies, kept, view, context, refused);
    refused.discard(context);
}

}  // namespace ropewalk::dataplane::stages
