#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "dataplane/packet/burst.hpp"

namespace ropewalk::dataplane::worker {

/// Finds what lay in a worker's queues, be they ports' or rings, too long because the worker itself stood still: it was
/// stopped, had no CPU, or the machine was suspended. A frame does not say when it came, so all queues are stale after
/// such a pause, each until it was found nearly empty: what waited lies before what came later. One that is filled
/// faster than it can be emptied is stale for `max_age_ns` at most. Pure; one worker's.
class Aging {
public:
    static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

    /// `queues` by source, each at least 1: receive queues that a source is asked for in turn.
    Aging(std::uint64_t max_age_ns, std::vector<std::size_t> queues)
        : max_age_ns_(max_age_ns), queues_(std::move(queues)), looks_left_(queues_.size()) {}

    /// `now_ns` is CLOCK_BOOTTIME, which goes on in a suspend. `recount` brings the queues of the sources up to date,
    /// and is called after a pause only.
    template <class Recount = std::identity>
    void begin_turn(std::uint64_t now_ns, Recount recount = {}) {
        const std::uint64_t before = std::exchange(last_turn_ns_, now_ns);
        if (before == 0 || now_ns - before <= max_age_ns_) [[likely]]
            return;
        static_cast<void>(recount(queues_));
        looks_left_ = queues_;
        stale_until_ns_ = now_ns + max_age_ns_;
    }

    /// Whether what was just received from the source waited too long; asked after each receive. Drivers may hand out a
    /// little less than a burst although there is more.
    bool is_stale(std::size_t source, std::uint16_t received) {
        if (looks_left_[source] == 0) [[likely]]
            return false;
        // Every queue was emptied when as many in a row as there are were so.
        const bool emptied = received < packet::burst_capacity / 2;
        looks_left_[source] = emptied ? looks_left_[source] - 1 : queues_[source];
        if (last_turn_ns_ > stale_until_ns_) looks_left_[source] = 0;
        return true;
    }

private:
    std::uint64_t max_age_ns_;
    std::vector<std::size_t> queues_, looks_left_;
    std::uint64_t last_turn_ns_ = 0, stale_until_ns_ = 0;
};

}  // namespace ropewalk::dataplane::worker
