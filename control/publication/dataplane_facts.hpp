#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "control/publication/dataplane_watch.hpp"

namespace ropewalk::control::publication {

/// What one look at the dataplane's section brought.
struct DataplaneFacts {
    DataplaneSighting sighting;
    std::vector<std::uint64_t> acknowledged;  ///< newest generation in use, by running worker
    std::uint64_t verified = 0;               ///< newest generation that was accepted
    std::uint64_t refused = 0;                ///< newest one that was not; 0: none
    std::string refusal;                      ///< why, cleaned for the terminal
};

/// The heartbeat is judged, too: whoever stands still is absent, whatever the memory says.
DataplaneFacts look_at_dataplane(const config::region::DataplaneSection& section, std::uint64_t now_ns,
                                 Liveness liveness);

}  // namespace ropewalk::control::publication
