#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "config/region/limits.hpp"

namespace ropewalk::dataplane::tunnel {

/// What outlives a snapshot of one path, by counter slot: the numbers of the copies sent on it, shared by all workers.
/// Each UDP port of the peer has a row of its own, counted from the first one: what goes to different ports arrives at
/// different workers, and each must see by itself what is missing.
class alignas(64) PathSender {
public:
    /// First of `count` consecutive 24-bit numbers (the field wraps on the wire).
    std::uint32_t reserve(std::uint32_t count, std::uint16_t shard = 0) {
        return next_[shard].fetch_add(count, std::memory_order_relaxed);
    }

private:
    std::array<std::atomic<std::uint32_t>, config::region::max_shards> next_{};
};

/// The numbers of the copies received on one UDP port of a path. Such copies are one flow, so one worker sees all of
/// them.
class PathReceiver {
public:
    /// Takes the 24-bit number of an arrived copy and returns how many copies are missing on this path so far, as a
    /// change: gaps add, late fillers take away. A leap of more than 2^16 either way is a new beginning, not a loss.
    /// The number is outside the seal: it may only feed statistics.
    std::int64_t arrived(std::uint32_t sequence) {
        if (!started_) {
            started_ = true;
            newest_ = sequence;
            return 0;
        }
        const std::int32_t ahead = static_cast<std::int32_t>((sequence - newest_) << 8) >> 8;
        if (ahead > leap || ahead < -leap) {
            newest_ = sequence;
            missing_ = 0;
            return 0;
        }
        if (ahead > 0) {
            newest_ = sequence;
            missing_ += ahead - 1;
            return ahead - 1;
        }
        if (ahead < 0 && missing_ > 0) {
            --missing_;
            return -1;
        }
        return 0;
    }

private:
    static constexpr std::int32_t leap = 1 << 16;

    std::uint32_t newest_ = 0;
    bool started_ = false;
    std::int64_t missing_ = 0;
};

}  // namespace ropewalk::dataplane::tunnel
