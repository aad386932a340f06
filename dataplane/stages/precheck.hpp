#pragma once

#include "dataplane/burst/arrived.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/stages/refused.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::stages {

/// For control, which tells of a peer whose numbers ran back.
inline void leave_how_far_behind(const view::TunnelView& tunnel, std::uint64_t sequence, Context& context) {
    auto& signals = context.tunnel_signals[tunnel.slot];
    signals.behind.set(tunnel.state->window.behind(sequence));
    signals.behind_ns.set(context.now_ns);
}

/// Takes copies; hands on those whose number the window has not seen, still sealed. Changes no window: nothing here
/// is authenticated yet. Drops duplicate, too_old.
inline void precheck(burst::Arrived& copies, const view::ConfigView& view, Context& context) {
    Refused refused;
    std::uint16_t kept = 0;
    for (std::uint16_t i = 0; i < copies.count; ++i) {
        const auto verdict = view.tunnels[copies.tunnel[i]].state->window.check(copies.sequence[i]);
        if (verdict != tunnel::Window::Verdict::fresh) {
            refused.add(verdict, copies, i, view, context);
            if (verdict == tunnel::Window::Verdict::too_old) [[unlikely]]
                leave_how_far_behind(view.tunnels[copies.tunnel[i]], copies.sequence[i], context);
            continue;
        }
        copies.move(i, kept++);
    }
    copies.count = kept;
    refused.discard(context);
}

}  // namespace ropewalk::dataplane::stages
