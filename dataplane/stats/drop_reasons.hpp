#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ropewalk::dataplane::stats {

/// Where a packet ends: on the way in from the users, as a copy on its way out, or on arrival from the WAN.
enum class DropStage : std::uint8_t { inside_rx, wan_tx, wan_rx };

enum class DropReason : std::uint8_t {
#define ROPEWALK_DROP(name, stage, text) name,
#include "dataplane/stats/drop_reasons.def"
#undef ROPEWALK_DROP
};

/// What is shown of a reason to people and to machines.
struct DropReasonText {
    std::string_view name;
    DropStage stage;
    std::string_view text;
};

/// Indexed by DropReason.
inline constexpr auto drop_reason_texts = std::to_array<DropReasonText>({
#define ROPEWALK_DROP(name, stage, text) {#name, DropStage::stage, text},
#include "dataplane/stats/drop_reasons.def"
#undef ROPEWALK_DROP
});

inline constexpr std::size_t drop_reason_count = drop_reason_texts.size();

}  // namespace ropewalk::dataplane::stats
