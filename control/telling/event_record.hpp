#pragma once

#include <cstdint>

#include "config/region/event_record.hpp"
#include "config/snapshot/build.hpp"
#include "control/events/event.hpp"
#include "control/telling/log_line.hpp"

namespace ropewalk::control::telling {

/// Both clocks at one moment.
struct Moment {
    std::uint64_t wall_ns, monotonic_ns;
};

/// What the ring keeps of an event whose log line is `line`, which must have a weight; `resolved` names what has a
/// slot.
config::region::EventRecord event_record(const events::Event& event, const LogLine& line,
                                         const config::snapshot::Resolved& resolved, Moment moment);

}  // namespace ropewalk::control::telling
