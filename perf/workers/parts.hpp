#pragma once

#include "dataplane/packet/packet_ring.hpp"
#include "dataplane/tunnel/sequence_space.hpp"
#include "dataplane/tunnel/window.hpp"
#include "perf/workers/team.hpp"

namespace ropewalk::perf::workers {

/// What workers share, one thing at a time; a step is a burst of 32.
class Parts {
public:
    Parts();

    /// Sequence numbers for a burst.
    Work reserve(std::size_t worker);
    /// The shared window asked for each number of a burst, and the burst marked.
    Work mark(std::size_t worker);
    /// A burst through a ring: worker 0 puts it in and worker 1 takes it out, each counting its own cycles; alone,
    /// worker 0 does both.
    Work hop(std::size_t worker);

    /// Not while workers step.
    void alone_or_together(unsigned workers);

private:
    static constexpr std::uint16_t burst = 32;

    dataplane::tunnel::SequenceSpace numbers_, marked_;
    dataplane::tunnel::Window window_{20};
    dataplane::packet::PacketRing ring_;
    bool together_ = false;

    static constexpr std::uint64_t first = 1'000'000'000;
};

}  // namespace ropewalk::perf::workers
