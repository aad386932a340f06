#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

namespace ropewalk::dataplane::tunnel {

/// The sequence numbers of one tunnel and direction, shared by all workers. Under a key no number may be used twice,
/// restarts included (RFC 4106 section 9: a repeated IV breaks GCM), so numbers are leased: the housekeeping records
/// a limit outside the process before workers may use numbers below it.
class SequenceSpace {
public:
    /// The first number used will be `first`; nothing may be used before extend_to().
    explicit SequenceSpace(std::uint64_t first) : next_(first), limit_(first) {}

    /// The first of `count` consecutive numbers, for a whole burst at once; none when the lease does not cover them.
    std::optional<std::uint64_t> reserve(std::uint64_t count) {
        const std::uint64_t first = next_.fetch_add(count, std::memory_order_relaxed);
        if (first + count > limit_.load(std::memory_order_acquire)) return std::nullopt;
        return first;
    }

    /// Allows numbers below `limit`; called by the housekeeping once it has recorded it.
    void extend_to(std::uint64_t limit) { limit_.store(limit, std::memory_order_release); }

    std::uint64_t next() const { return next_.load(std::memory_order_relaxed); }
    std::uint64_t limit() const { return limit_.load(std::memory_order_relaxed); }

private:
    alignas(64) std::atomic<std::uint64_t> next_;
    alignas(64) std::atomic<std::uint64_t> limit_;
};

}  // namespace ropewalk::dataplane::tunnel
