#pragma once

#include <cstdint>
#include <string>

#include "config/region/event_record.hpp"

namespace ropewalk::control::telling {

/// `2026-03-01 14:03:07.120  warning  hub/lte: silent: ...`, in local time, without a line's end.
std::string event_line(const config::region::EventRecord& record);

/// One line of JSON without its end:
///   {gateway, number, time, kind, weight, tunnel | null, path | null, text}
/// The time is UTC as RFC 3339 has it, with milliseconds.
std::string event_json(const config::region::EventRecord& record, std::uint64_t number, const std::string& gateway);

}  // namespace ropewalk::control::telling
