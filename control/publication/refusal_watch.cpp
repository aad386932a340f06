#include "control/publication/refusal_watch.hpp"

namespace ropewalk::control::publication {

std::optional<events::GenerationRefused> RefusalWatch::observe(const DataplaneFacts& dataplane) {
    if (dataplane.refused == told_) return std::nullopt;
    told_ = dataplane.refused;
    // One that a later snapshot has made good is history.
    if (dataplane.refused <= dataplane.verified) return std::nullopt;
    return events::GenerationRefused{dataplane.refused, dataplane.refusal};
}

}  // namespace ropewalk::control::publication
