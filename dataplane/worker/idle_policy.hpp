#pragma once

#include <algorithm>
#include <cstdint>

#include "config/snapshot/records.hpp"

namespace ropewalk::dataplane::worker {

/// What a worker does after a turn without a packet. Pure: turns in, action out.
class IdlePolicy {
public:
    struct Action {
        enum class Kind : std::uint8_t { spin, pause, sleep } kind;
        std::uint32_t sleep_us;
    };

    explicit IdlePolicy(config::snapshot::IdleCode mode) : mode_(mode) {}

    Action after_turn(std::uint32_t packets) {
        if (packets != 0 || mode_ == config::snapshot::IdleCode::spin) {
            idle_turns_ = 0;
            return {Action::Kind::spin, 0};
        }
        ++idle_turns_;
        if (idle_turns_ <= spin_turns) return {Action::Kind::spin, 0};
        if (idle_turns_ <= pause_turns) return {Action::Kind::pause, 0};
        const std::uint32_t doublings = std::min((idle_turns_ - pause_turns) / turns_per_doubling, most_doublings);
        return {Action::Kind::sleep, shortest_sleep_us << doublings};
    }

private:
    /// Two gateways and their users may share two CPUs: give the CPU away soon, come back soon.
    static constexpr std::uint32_t spin_turns = 8;
    static constexpr std::uint32_t pause_turns = 16;
    static constexpr std::uint32_t shortest_sleep_us = 10;
    static constexpr std::uint32_t turns_per_doubling = 64;
    static constexpr std::uint32_t most_doublings = 4;  ///< 160 us at the longest

    config::snapshot::IdleCode mode_;
    std::uint32_t idle_turns_ = 0;
};

}  // namespace ropewalk::dataplane::worker
