#pragma once

#include <cstdint>
#include <string>

#include "config/region/layout.hpp"
#include "control/publication/dataplane_watch.hpp"

namespace ropewalk::control::publication {

/// What has become of a published snapshot.
struct GenerationFate {
    enum class Kind : std::uint8_t {
        pending,
        no_dataplane,  ///< the next dataplane takes it at its start
        in_use,        ///< every worker uses it, or a later one
        refused,
    } kind = Kind::pending;
    unsigned workers = 0;  ///< that use it
    std::string reason;    ///< of the refusal
};

GenerationFate fate_of(std::uint64_t generation, const config::region::DataplaneSection& section,
                       const DataplaneSighting& dataplane);

}  // namespace ropewalk::control::publication
