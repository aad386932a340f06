#pragma once

#include "dataplane/burst/arrived.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/packet/hop_data.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/tunnel/lone_copies.hpp"
#include "dataplane/tunnel/window.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::stages {

/// Copies of one burst that a window refused: counted one by one on their paths, dropped all at once by discard().
class Refused {
public:
    /// The `i`-th of the copies.
    void add(tunnel::Window::Verdict verdict, const burst::Arrived& copies, std::uint16_t i,
             const view::ConfigView& view, Context& context) {
        const bool duplicate = verdict == tunnel::Window::Verdict::duplicate;
        const std::uint32_t path = copies.path[i];
        const std::uint64_t sequence = copies.sequence[i];
        if (path != packet::unknown_path_slot) {
            auto& counters = context.counters.paths[path];
            (duplicate ? counters.rx_duplicate : counters.rx_refused).add(1);
            if (duplicate && tunnel::LoneCopies::is_watched(tunnel::Window::block_of(sequence)))
                view.tunnels[copies.tunnel[i]].state->lone_copies.came_again(sequence, path);
        }
        too_old_ += duplicate ? 0 : 1;
        copies_.push(copies.packets[i]);
    }

    void discard(Context& context) {
        if (copies_.count == 0) return;
        context.count(config::region::DropReason::duplicate, copies_.count - too_old_);
        context.count(config::region::DropReason::too_old, too_old_);
        copies_.free();
    }

private:
    packet::Burst copies_;
    std::uint64_t too_old_ = 0;
};

}  // namespace ropewalk::dataplane::stages
