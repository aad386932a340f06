#pragma once

#include <atomic>
#include <cstdint>

namespace ropewalk::config::region {

/// Which DSCPs the users' packets of a tunnel wear, as one worker saw within the last seconds: bit d for DSCP d.
/// Written by that worker, read by those that send probes.
class TrafficMarks {
public:
    static constexpr std::uint64_t span_ns = 1'000'000'000;

    /// Packets with these marks pass now. Writes only what is news.
    void note(std::uint64_t marks, std::uint64_t now_ns) {
        const std::uint64_t known = now_.load(std::memory_order_relaxed);
        if (now_ns - since_ns_.load(std::memory_order_relaxed) < span_ns) [[likely]] {
            if ((marks & ~known) != 0) now_.store(known | marks, std::memory_order_relaxed);
            return;
        }
        before_.store(known, std::memory_order_relaxed);
        now_.store(marks, std::memory_order_relaxed);
        since_ns_.store(now_ns, std::memory_order_relaxed);
    }

    std::uint64_t recent(std::uint64_t now_ns) const {
        const std::uint64_t age_ns = now_ns - since_ns_.load(std::memory_order_relaxed);
        if (age_ns >= 2 * span_ns) return 0;
        return now_.load(std::memory_order_relaxed) | before_.load(std::memory_order_relaxed);
    }

private:
    std::atomic<std::uint64_t> since_ns_{0}, now_{0}, before_{0};
};

}  // namespace ropewalk::config::region
