#pragma once

#include "dataplane/packet/burst.hpp"
#include "dataplane/stages/arrived.hpp"
#include "dataplane/tunnel/window.hpp"
#include "dataplane/worker/context.hpp"

namespace ropewalk::dataplane::stages {

/// Copies of one burst that a window refused: counted one by one on their paths, dropped all at once by discard().
class Refused {
public:
    void add(tunnel::Window::Verdict verdict, packet::Packet* packet, std::uint32_t path, worker::Context& context) {
        const bool duplicate = verdict == tunnel::Window::Verdict::duplicate;
        if (path != Arrived::unknown_path_slot) {
            auto& counters = context.counters.paths[path];
            (duplicate ? counters.rx_duplicate : counters.rx_refused).add(1);
        }
        too_old_ += duplicate ? 0 : 1;
        copies_.push(packet);
    }

    void discard(worker::Context& context) {
        if (copies_.count == 0) return;
        context.count(stats::DropReason::duplicate, copies_.count - too_old_);
        context.count(stats::DropReason::too_old, too_old_);
        copies_.free();
    }

private:
    packet::Burst copies_;
    std::uint64_t too_old_ = 0;
};

}  // namespace ropewalk::dataplane::stages
