#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace ropewalk::config::region {

/// What the newest probe of a path said, and when it came.
struct ProbeSight {
    std::uint64_t arrived_ns = 0;   ///< CLOCK_MONOTONIC; 0: none came
    std::uint64_t sent_ns = 0;      ///< by the peer's clock
    std::uint64_t answered_ns = 0;  ///< when the newest of our probes that the peer had was sent; 0: it had none
    std::uint64_t kept_ns = 0;      ///< since when the peer had that one; whole us, an hour at most
    std::uint64_t reception = 0;    ///< ReceptionFigures::pack, of what the peer receives of us
    std::uint32_t number = 0;       ///< of the probe
    std::uint32_t copies = 0;       ///< that the peer had sent on the path before; counts round
    std::uint32_t came = 0;         ///< of these, at whichever worker; counts round
    std::uint32_t interval_us = 0;  ///< at which the peer sends them
    std::uint64_t marks = 0;        ///< DSCPs that some of the peer's probes wear, bit d for DSCP d
    std::uint64_t marks_lost = 0;   ///< of the DSCPs that our probes wear: those that do not arrive at the peer

    std::uint64_t round_trip_ns() const {
        const std::uint64_t both = arrived_ns - answered_ns;
        return answered_ns == 0 || answered_ns > arrived_ns || kept_ns > both ? 0 : both - kept_ns;
    }
    /// At which the peer says that it sends probes; it may say anything. 0: it did not say.
    std::uint64_t interval_ns() const { return std::min(std::uint64_t{1000} * interval_us, longest_interval_ns); }

    static constexpr std::uint64_t longest_interval_ns = 10'000'000'000;  ///< that is believed
    bool operator==(const ProbeSight&) const = default;
};

/// A ProbeSight with one writer and any number of readers in other processes, none of which sees it half: `version` is
/// odd while it is written.
class ProbeSightCell {
public:
    void store(const ProbeSight& sight) {
        const std::uint64_t before = version_.load(std::memory_order_relaxed) & ~std::uint64_t{1};
        version_.store(before + 1, std::memory_order_relaxed);
        std::atomic_thread_fence(std::memory_order_release);
        arrived_ns_.store(sight.arrived_ns, std::memory_order_relaxed);
        sent_ns_.store(sight.sent_ns, std::memory_order_relaxed);
        answered_ns_.store(sight.answered_ns, std::memory_order_relaxed);
        const std::uint64_t kept_us = std::min<std::uint64_t>(sight.kept_ns / 1000, 0xffff'ffff);
        kept_and_copies_.store(kept_us << 32 | sight.copies, std::memory_order_relaxed);
        reception_.store(sight.reception, std::memory_order_relaxed);
        came_.store(sight.came, std::memory_order_relaxed);
        number_and_interval_.store(std::uint64_t{sight.number} << 32 | sight.interval_us, std::memory_order_relaxed);
        marks_.store(sight.marks, std::memory_order_relaxed);
        marks_lost_.store(sight.marks_lost, std::memory_order_relaxed);
        version_.store(before + 2, std::memory_order_release);
    }

    /// As if none had come, while a writer that died, or one that is at it, keeps it from being read.
    ProbeSight load() const {
        for (int attempt = 0; attempt < 8; ++attempt) {
            const std::uint64_t before = version_.load(std::memory_order_acquire);
            const std::uint64_t kept_and_copies = kept_and_copies_.load(std::memory_order_relaxed);
            const std::uint64_t number_and_interval = number_and_interval_.load(std::memory_order_relaxed);
            const ProbeSight sight{.arrived_ns = arrived_ns_.load(std::memory_order_relaxed),
                                   .sent_ns = sent_ns_.load(std::memory_order_relaxed),
                                   .answered_ns = answered_ns_.load(std::memory_order_relaxed),
                                   .kept_ns = (kept_and_copies >> 32) * 1000,
                                   .reception = reception_.load(std::memory_order_relaxed),
                                   .number = static_cast<std::uint32_t>(number_and_interval >> 32),
                                   .copies = static_cast<std::uint32_t>(kept_and_copies),
                                   .came = came_.load(std::memory_order_relaxed),
                                   .interval_us = static_cast<std::uint32_t>(number_and_interval),
                                   .marks = marks_.load(std::memory_order_relaxed),
                                   .marks_lost = marks_lost_.load(std::memory_order_relaxed)};
            std::atomic_thread_fence(std::memory_order_acquire);
            if (version_.load(std::memory_order_relaxed) == before && before % 2 == 0) return sight;
        }
        return {};
    }

    /// When it came, whatever else is being written.
    std::uint64_t arrived_ns() const { return arrived_ns_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> version_{0};
    std::atomic<std::uint64_t> arrived_ns_{0}, sent_ns_{0}, answered_ns_{0}, kept_and_copies_{0}, reception_{0},
        number_and_interval_{0}, marks_{0}, marks_lost_{0};
    std::atomic<std::uint32_t> came_{0};
};

}  // namespace ropewalk::config::region
