#pragma once

#include <algorithm>
#include <cstdint>

#include "config/region/records.hpp"

namespace ropewalk::dataplane::worker {

/// What a worker does after a turn without a packet. Pure: turns in, action out.
class IdlePolicy {
public:
    struct Action {
        enum class Kind : std::uint8_t { spin, pause, sleep } kind;
        std::uint32_t sleep_us;
    };

    explicit IdlePolicy(config::IdleMode mode) : mode_(mode) {}

    /// No deadline.
    static constexpr std::uint64_t nothing_due = ~std::uint64_t{0};

    /// `ns_until_due` is the time until the worker has something to do even without a packet: it never sleeps longer.
    Action after_turn(std::uint32_t packets, std::uint64_t ns_until_due) {
        if (packets != 0 || mode_ == config::IdleMode::spin) {
            idle_turns_ = 0;
            return {Action::Kind::spin, 0};
        }
        ++idle_turns_;
        if (idle_turns_ <= spin_turns) return {Action::Kind::spin, 0};
        if (idle_turns_ <= pause_turns) return {Action::Kind::pause, 0};
        const std::uint32_t doublings = std::min((idle_turns_ - pause_turns) / turns_per_doubling, most_doublings);
        const auto sleep_us = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(shortest_sleep_us << doublings, ns_until_due / ns_per_us));
        return {sleep_us == 0 ? Action::Kind::pause : Action::Kind::sleep, sleep_us};
    }

private:
    /// A look at ports of the kernel is a system call each, and what they have gathered meanwhile costs less a packet:
    /// look once more, then leave the CPU to those who make packets (docs/decisions/005-kernel.md).
    static constexpr std::uint32_t spin_turns = 1;
    static constexpr std::uint32_t pause_turns = 2;
    static constexpr std::uint32_t shortest_sleep_us = 40;
    static constexpr std::uint64_t ns_per_us = 1000;
    static constexpr std::uint32_t turns_per_doubling = 64;
    static constexpr std::uint32_t most_doublings = 2;  ///< 160 us at the longest

    config::IdleMode mode_;
    std::uint32_t idle_turns_ = 0;
};

}  // namespace ropewalk::dataplane::worker
