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
    /// Gives nothing before begin().
    SequenceSpace() : next_(not_begun), limit_(0) {}

    /// The first of `count` consecutive numbers, for a whole burst at once; none when the lease does not cover them.
    std::optional<std::uint64_t> reserve(std::uint64_t count) {
        const std::uint64_t first = next_.fetch_add(count, std::memory_order_relaxed);
        if (first + count > limit_.load(std::memory_order_acquire) || first < first_.load(std::memory_order_relaxed))
            return std::nullopt;
        return first;
    }

    /// Allows numbers from `first` to below `limit`, which is recorded; called once. A worker that reserves in this
    /// very moment has a number beyond every limit, or one of these: never one from before.
    void begin(std::uint64_t first, std::uint64_t limit) {
        next_.store(first, std::memory_order_relaxed);
        extend_to(limit);
    }
    bool has_begun() const { return next() < not_begun; }

    /// From now on gives numbers from `first` on only, beyond all that were given: those before may have been used by a
    /// copy of this machine. Nothing until they are allowed by extend_to(); a worker that reserved before and looks at
    /// the limit only then has nothing either.
    void move_on_to(std::uint64_t first) {
        first_.store(first, std::memory_order_relaxed);
        next_.store(first, std::memory_order_relaxed);
    }

    /// Allows numbers below `limit`; called by the housekeeping once it has recorded it.
    void extend_to(std::uint64_t limit) { limit_.store(limit, std::memory_order_release); }

    std::uint64_t next() const { return next_.load(std::memory_order_relaxed); }
    std::uint64_t limit() const { return limit_.load(std::memory_order_relaxed); }

private:
    /// No clock gets there: it is the year 2262.
    static constexpr std::uint64_t not_begun = std::uint64_t{1} << 63;

    alignas(64) std::atomic<std::uint64_t> next_;
    alignas(64) std::atomic<std::uint64_t> limit_;
    /// Numbers below are not given any more. Beside the limit, and stored before one that exceeds it.
    std::atomic<std::uint64_t> first_{0};
};

}  // namespace ropewalk::dataplane::tunnel
