#pragma once

#include <string>

#include "config/snapshot/build.hpp"
#include "control/events/event.hpp"

namespace ropewalk::control::telling {

/// What the log says of an event.
struct LogLine {
    enum class Weight : std::uint8_t { nothing, info, warning, error } weight = Weight::nothing;
    std::string text;
};

/// `gateway` is our own name; `resolved` names what has a slot.
LogLine log_line(const events::Event& event, const std::string& gateway, const config::snapshot::Resolved& resolved);

}  // namespace ropewalk::control::telling
