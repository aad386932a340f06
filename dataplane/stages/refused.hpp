#pragma once

#include "dataplane/burst/arrived.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/packet/hop_data.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/tunnel/window.hpp"

namespace ropewalk::dataplane::stages {

/// Copies of one burst that a window refused: counted one by one on their paths, dropped all at once by discard().
class Refused {
public:
    void add(tunnel::Window::Verdict verdict, packet::Packet* packet, std::uint32_t path, Context& context) {
        const bool duplicate = verdict == tunnel::Window::Verdict::duplicate;
        if (path != packet::unknown_path_slot) {
            auto& counters = context.counters.paths[path];
            (duplicate ? counters.rx_duplicate : counters.rx_refused).add(1);
        }
        too_old_ += duplicate ? 0 : 1;
        copies_.push(packet);
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
