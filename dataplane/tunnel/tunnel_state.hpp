#pragma once

#include <cstdint>

#include "dataplane/tunnel/sequence_space.hpp"
#include "dataplane/tunnel/sole_copies.hpp"
#include "dataplane/tunnel/window.hpp"

namespace ropewalk::dataplane::tunnel {

/// What outlives a snapshot of one tunnel under one pair of keys: both sequence spaces, and what
/// paths brought alone. Owned by the registry of the
/// channel, pointed at by config views.
struct TunnelState {
    explicit TunnelState(unsigned window_log2) : window(window_log2), sole(window_log2) {}

    SequenceSpace sequence;
    Window window;
    SoleCopies sole;
};

}  // namespace ropewalk::dataplane::tunnel
