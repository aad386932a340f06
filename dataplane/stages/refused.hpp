#pragma once

#include "dataplane/burst/arrived.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/packet/hop_data.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/stages/count_sole.hpp"
#include "dataplane/tunnel/window.hpp"
#include "dataplane/view/tunnel_view.hpp"

namespace ropewalk::dataplane::stages {

/// Copies of one burst that a window refused: counted one by one on their paths, dropped all at once by discard().
class Refused {
public:
    void add(tunnel::Window::Verdict verdict, const burst::Arrived& from, std::uint16_t i,
             const view::TunnelView& tunnel, Context& context) {
        const bool duplicate = verdict == tunnel::Window::Verdict::duplicate;
        const std::uint32_t path = from.path[i];
        if (duplicate && tunnel::SoleCopies::is_watched(from.sequence[i]))
            count_sole(tunnel.state->sole.came_again(from.sequence[i], path), context);
        if (path != packet::unknown_path_slot) {
            auto& counters = context.counters.paths[path];
            (duplicate ? counters.rx_duplicate : counters.rx_refused).add(1);
        }
        too_old_ += duplicate ? 0 : 1;
        copies_.push(from.packets[i]);
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
