#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ropewalk::tests::lab::wanem {

/// Why a frame did not come out. Each is a member of `dropped` in the report.
enum class DropCause : std::uint8_t {
    oversized,  ///< no frame of this interface: a sender left it to a NIC to cut it up
    link_down,
    too_big,      ///< larger than the MTU of the line
    queue_full,   ///< the bottleneck's queue was at its limit
    policed,      ///< above the policer's rate
    loss,         ///< independent loss
    burst_loss,   ///< loss by the Gilbert-Elliott model
    nat_unknown,  ///< addressed to a mapping that a rebinding has ended
    starved,      ///< the kernel had no room left for it before this program took it up
    no_memory,    ///< this program held as much as it may
    send_failed,  ///< the kernel refused to send it
};

inline constexpr auto drop_cause_names =
    std::to_array<std::string_view>({"oversized", "link_down", "too_big", "queue_full", "policed", "loss", "burst_loss",
                                     "nat_unknown", "starved", "no_memory", "send_failed"});
inline constexpr std::size_t drop_cause_count = drop_cause_names.size();
static_assert(drop_cause_count == static_cast<std::size_t>(DropCause::send_failed) + 1);

}  // namespace ropewalk::tests::lab::wanem
