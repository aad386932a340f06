#pragma once

#include "dataplane/burst/arrived.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/stages/refused.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::stages {

/// Takes copies; hands on those whose number the window has not seen, still sealed. Changes no window: nothing here
/// is authenticated yet. Drops duplicate, too_old.
inline void precheck(burst::Arrived& copies, const view::ConfigView& view, Context& context) {
    Refused refused;
    std::uint16_t kept = 0;
    for (std::uint16_t i = 0; i < copies.count; ++i) {
        const auto verdict = view.tunnels[copies.tunnel[i]].state->window.check(copies.sequence[i]);
        if (verdict != tunnel::Window::Verdict::fresh) {
            refused.add(verdict, copies.packets[i], copies.path[i], context);
            continue;
        }
        copies.move(i, kept++);
    }
    copies.count = kept;
    refused.discard(context);
}

}  // namespace ropewalk::dataplane::stages
