#pragma once

#include <atomic>

#include "dataplane/stages/context.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::stages {

/// Says in the shared memory how far the windows reach in which this worker has marked numbers since the last time.
inline void publish_windows(const view::ConfigView& view, Context& context) {
    context.marked.take([&](std::uint32_t index) {
        const view::TunnelView& tunnel = view.tunnels[index];
        const std::uint64_t newest = tunnel.state->window.newest();
        auto& mark = context.received[tunnel.slot];
        if (mark.rx_key_id.load(std::memory_order_relaxed) != tunnel.rx_key_id) {
            // Never a moment in which the number of one key stands beside the name of another.
            mark.newest.store(0, std::memory_order_release);
            mark.rx_key_id.store(tunnel.rx_key_id, std::memory_order_release);
        }
        if (mark.newest.load(std::memory_order_relaxed) != newest) mark.newest.store(newest, std::memory_order_release);
    });
}

}  // namespace ropewalk::dataplane::stages
