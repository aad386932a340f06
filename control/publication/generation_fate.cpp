#include "control/publication/generation_fate.hpp"

#include <algorithm>

namespace ropewalk::control::publication {

GenerationFate fate_of(std::uint64_t generation, const config::region::DataplaneSection& section,
                       const DataplaneSighting& dataplane) {
    using Kind = GenerationFate::Kind;
    if (!dataplane.is_present()) return {Kind::no_dataplane, 0, {}};
    if (section.refused_generation.load(std::memory_order_acquire) == generation &&
        section.verified_generation.load() < generation)
        return {Kind::refused, 0, refusal_text(section)};
    const std::size_t workers = std::min<std::size_t>(section.worker_count.load(), section.workers.size());
    unsigned using_it = 0;
    for (std::size_t i = 0; i < workers; ++i)
        using_it += section.workers[i].acknowledged_generation.load(std::memory_order_acquire) >= generation ? 1U : 0U;
    return {using_it == workers && workers != 0 ? Kind::in_use : Kind::pending, using_it, {}};
}

}  // namespace ropewalk::control::publication
