#pragma once

#include <cstdint>
#include <functional>

#include "config/region/event_ring.hpp"

namespace ropewalk::control::cli {

/// Goes through one gateway's events from the oldest on, each once.
class EventReader {
public:
    using OnEvent = std::function<void(std::uint64_t number, const config::region::EventRecord& record)>;
    /// The numbers of events that nobody can read any more, both included.
    using OnGap = std::function<void(std::uint64_t first, std::uint64_t last)>;

    /// What has come since the last time. Whatever stands in the ring, each record is looked at once at most.
    void read(const config::region::EventRing& ring, const OnEvent& on_event, const OnGap& on_gap);

private:
    std::uint64_t last_ = 0;  ///< number of the last event given out; 0: none yet, so that nothing is missed
};

}  // namespace ropewalk::control::cli
