#include "control/publication/generation_fate.hpp"

#include <algorithm>

namespace ropewalk::control::publication {

GenerationFate fate_of(std::uint64_t generation, const DataplaneFacts& dataplane) {
    using Kind = GenerationFate::Kind;
    if (!dataplane.sighting.is_present()) return {Kind::no_dataplane, 0, {}};
    if (dataplane.refused == generation && dataplane.verified < generation)
        return {Kind::refused, 0, dataplane.refusal};
    const auto& workers = dataplane.acknowledged;
    const auto using_it = static_cast<unsigned>(
        std::ranges::count_if(workers, [&](std::uint64_t newest) { return newest >= generation; }));
    return {using_it == workers.size() && !workers.empty() ? Kind::in_use : Kind::pending, using_it, {}};
}

}  // namespace ropewalk::control::publication
