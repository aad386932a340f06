#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/region/layout.hpp"
#include "dataplane/eal/link.hpp"

namespace ropewalk::dataplane::channel {

/// Writes what the device of `port` says now into its record, unknown when it says nothing. Returns a sentence for the
/// log when that is new. The first look of a dataplane is no change. Pure; `now_ns` is CLOCK_MONOTONIC.
std::optional<std::string> record_link(config::region::LinkStatus& status, const eal::Link& seen, std::string_view port,
                                       std::uint64_t now_ns);

}  // namespace ropewalk::dataplane::channel
