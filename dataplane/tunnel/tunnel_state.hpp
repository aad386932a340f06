#pragma once

#include <cstdint>

#include "dataplane/tunnel/lone_copies.hpp"
#include "dataplane/tunnel/sequence_space.hpp"
#include "dataplane/tunnel/window.hpp"

namespace ropewalk::dataplane::tunnel {

/// What outlives a snapshot of one tunnel under one pair of keys: both sequence spaces, and what of the
/// packets received is watched. Owned by the registry of the channel, pointed at by config views.
struct TunnelState {
    explicit TunnelState(unsigned window_log2) : window(window_log2), lone_copies(window_log2) {}

    SequenceSpace sequence;
    Window window;
    LoneCopies lone_copies;
};

}  // namespace ropewalk::dataplane::tunnel
