#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "config/region/layout.hpp"

namespace ropewalk::control::publication {

/// What is known of the snapshot slots and their readers.
struct SlotUse {
    config::region::Publication published;
    /// Generation that each slot holds; 0: none.
    std::array<std::uint64_t, config::region::snapshot_slots> generations{};
    /// Newest generation each running worker uses; empty when no dataplane runs.
    std::span<const std::uint64_t> acknowledged;
    std::uint64_t verified = 0;  ///< newest generation the dataplane accepted
    std::uint64_t refused = 0;   ///< newest one it refused
};

/// The slot to write the next snapshot into: never the published one, nor one that a worker uses or may still be given.
/// Empty when there is none just now; the workers move on within milliseconds. Pure.
std::optional<std::uint32_t> choose_publish_slot(const SlotUse& use);

/// The slots that hold a snapshot which is not published, and which no worker uses or may still be given. Pure.
std::vector<std::uint32_t> superseded_slots(const SlotUse& use);

}  // namespace ropewalk::control::publication
