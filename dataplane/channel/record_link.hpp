#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/region/layout.hpp"
#include "dataplane/eal/link.hpp"

namespace ropewalk::dataplane::channel {

/// Writes what a port's device says now into its record, unknown when it says nothing. The first look of a dataplane is
/// no change. Pure; `now_ns` is CLOCK_MONOTONIC.
void record_link(config::region::LinkStatus& status, const eal::Link& seen, std::uint64_t now_ns);

/// How the link of `port` is, for the log; `why` it is down may be empty.
std::string link_sentence(std::string_view port, const eal::Link& link, std::string_view why);

}  // namespace ropewalk::dataplane::channel
