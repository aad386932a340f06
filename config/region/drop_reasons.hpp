#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ropewalk::config::region {

/// Where a packet ends. Every packet is accounted for; summed over workers, tunnels, paths and ports:
///   inside_rx   inside rx + injected = sealed + drops of this stage
///   copy        a copy that could not be made: counted here only, the packet's other copies go on
///   wan_tx      path tx copies = port tx + drops of this stage
///   wan_rx      port rx = delivered + punted + drops of this stage
///   inside_tx   delivered + ICMP sent = inside tx + drops of this stage
enum class DropStage : std::uint8_t { inside_rx, copy, wan_tx, wan_rx, inside_tx };

enum class DropReason : std::uint8_t {
#define ROPEWALK_DROP(name, stage, text) name,
#include "config/region/drop_reasons.def"
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
#include "config/region/drop_reasons.def"
#undef ROPEWALK_DROP
});

inline constexpr std::size_t drop_reason_count = drop_reason_texts.size();

}  // namespace ropewalk::config::region
