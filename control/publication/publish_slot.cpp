#include "control/publication/publish_slot.hpp"

#include <algorithm>

namespace ropewalk::control::publication {

std::optional<std::uint32_t> choose_publish_slot(const SlotUse& use) {
    for (std::uint32_t slot = 0; slot < use.generations.size(); ++slot) {
        if (use.published.generation != 0 && slot == use.published.slot) continue;
        const std::uint64_t held = use.generations[slot];
        const bool passed = std::ranges::all_of(use.acknowledged, [&](std::uint64_t newest) { return newest > held; });
        // Read, and not taken: no worker will ever be given it.
        const bool was_refused = held > use.verified && held <= use.refused;
        if (held == 0 || passed || was_refused) return slot;
    }
    return std::nullopt;
}

}  // namespace ropewalk::control::publication
