#pragma once

#include "dataplane/channel/config_view.hpp"
#include "dataplane/stages/arrived.hpp"
#include "dataplane/worker/context.hpp"

namespace ropewalk::dataplane::stages {

/// Drops a copy that the window refuses and counts it on its path.
inline void refuse(tunnel::Window::Verdict verdict, packet::Packet* packet, std::uint32_t path,
                   worker::Context& context) {
    const bool duplicate = verdict == tunnel::Window::Verdict::duplicate;
    if (path != Arrived::unknown_path_slot) {
        auto& counters = context.counters.paths[path];
        (duplicate ? counters.rx_duplicate : counters.rx_refused).add(1);
    }
    context.drop(duplicate ? stats::DropReason::duplicate : stats::DropReason::too_old, packet);
}

/// Takes copies; hands on those whose number the window has not seen, still sealed. Changes no window: nothing here
/// is authenticated yet. Drops duplicate, too_old.
inline void precheck(Arrived& copies, const channel::ConfigView& view, worker::Context& context) {
    std::uint16_t kept = 0;
    for (std::uint16_t i = 0; i < copies.count; ++i) {
        const auto verdict = view.tunnels[copies.tunnel[i]].state->window.check(copies.sequence[i]);
        if (verdict != tunnel::Window::Verdict::fresh) {
            refuse(verdict, copies.packets[i], copies.path[i], context);
            continue;
        }
        copies.move(i, kept++);
    }
    copies.count = kept;
}

}  // namespace ropewalk::dataplane::stages
