#include "control/publication/publish_slot.hpp"

#include <algorithm>

namespace ropewalk::control::publication {

namespace {

bool is_done_with(const SlotUse& use, std::uint32_t slot) {
    const std::uint64_t held = use.generations[slot];
    const bool passed = std::ranges::all_of(use.acknowledged, [&](std::uint64_t newest) { return newest > held; });
    // Read, and not taken: no worker will ever be given it.
    const bool was_refused = held > use.verified && held <= use.refused;
    return passed || was_refused;
}

}  // namespace

std::optional<std::uint32_t> choose_publish_slot(const SlotUse& use) {
    for (std::uint32_t slot = 0; slot < use.generations.size(); ++slot) {
        if (use.published.generation != 0 && slot == use.published.slot) continue;
        if (use.generations[slot] == 0 || is_done_with(use, slot)) return slot;
    }
    return std::nullopt;
}

std::vector<std::uint32_t> superseded_slots(const SlotUse& use) {
    std::vector<std::uint32_t> slots;
    for (std::uint32_t slot = 0; slot < use.generations.size(); ++slot)
        if (use.generations[slot] != 0 && slot != use.published.slot && is_done_with(use, slot)) slots.push_back(slot);
    return slots;
}

}  // namespace ropewalk::control::publication
