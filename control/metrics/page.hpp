#pragma once

#include <cstdint>
#include <string>

#include "config/region/layout.hpp"
#include "control/metrics/exported.hpp"
#include "control/metrics/metric_text.hpp"
#include "control/metrics/told.hpp"
#include "control/publication/dataplane_watch.hpp"

namespace ropewalk::control::metrics {

/// What a page shows; refers to what others write meanwhile. docs/metrics.md lists all families.
struct Sources {
    const Exported& exported;
    const config::region::ControlSection& control;
    const config::region::DataplaneSection& dataplane;
    const Told& told;
    publication::DataplaneSighting sighting;
    std::uint64_t now_ns;  ///< CLOCK_MONOTONIC
};

/// All metrics of a gateway. Counters are those of all dataplanes that this shared memory has seen.
std::string page_of(const Sources& sources, Format format);

}  // namespace ropewalk::control::metrics
