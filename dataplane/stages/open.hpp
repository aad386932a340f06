#pragma once

#include <array>

#include "dataplane/channel/config_view.hpp"
#include "dataplane/crypto/nonce.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/stages/arrived.hpp"
#include "dataplane/stages/ecn.hpp"
#include "dataplane/stages/precheck.hpp"
#include "dataplane/worker/context.hpp"

namespace ropewalk::dataplane::stages {

/// Takes copies that passed the pre-check; hands on the plaintext of those that authenticate, each number once. The
/// window is asked again right before opening, because an earlier copy of this very burst may have been delivered
/// meanwhile, and marked only after it: a damaged or forged copy leaves the way free for the good one behind it.
/// A copy whose congestion mark the inner packet cannot carry is lost, but it alone: the outer header is not
/// authenticated, and one path must not take a packet from the others.
/// Drops duplicate, too_old, authentication_failed, outer_congested.
inline void open(Arrived& copies, const channel::ConfigView& view, worker::Context& context) {
    using namespace packet;
    std::array<crypto::NonceAndAad, burst_capacity> nonces;
    for (std::uint16_t i = 0; i < copies.count; ++i) {
        const channel::TunnelView& tunnel = view.tunnels[copies.tunnel[i]];
        crypto::build_nonce(nonces[i], tunnel.rx_salt, tunnel.rx_spi, copies.sequence[i]);
    }
    std::uint16_t kept = 0;
    for (std::uint16_t i = 0; i < copies.count; ++i) {
        const channel::TunnelView& tunnel = view.tunnels[copies.tunnel[i]];
        tunnel::Window& window = tunnel.state->window;
        Packet* packet = copies.packets[i];
        const auto verdict = window.check(copies.sequence[i]);
        if (verdict != tunnel::Window::Verdict::fresh) {
            refuse(verdict, packet, copies.path[i], context);
            continue;
        }
        const auto text_size = static_cast<std::uint16_t>(packet->size() - sizeof(EspHeader) - icv_bytes);
        if (!tunnel.rx_key.open(packet->at<std::uint8_t>(sizeof(EspHeader)), text_size, nonces[i])) [[unlikely]] {
            if (copies.path[i] != Arrived::unknown_path_slot) context.counters.paths[copies.path[i]].rx_refused.add(1);
            context.drop(stats::DropReason::authentication_failed, packet);
            continue;
        }
        packet->cut_front(sizeof(EspHeader));
        packet->set_size(text_size);
        if ((copies.ecn[i] & ecn_may_change) != 0 && !take_over_ecn(*packet, copies.ecn[i])) [[unlikely]] {
            context.drop(stats::DropReason::outer_congested, packet);
            continue;
        }
        window.commit(copies.sequence[i]);
        if (copies.path[i] != Arrived::unknown_path_slot) {
            auto& counters = context.counters.paths[copies.path[i]];
            counters.rx_first.add(1);
            counters.rx_last_ns.set(context.now_ns);
        }
        copies.move(i, kept++);
    }
    copies.count = kept;
}

}  // namespace ropewalk::dataplane::stages
