#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "config/region/limits.hpp"
#include "dataplane/tunnel/window.hpp"

namespace ropewalk::dataplane::tunnel {

/// Which packets came by one path only, although they were sent by several: without that path they were lost. An
/// estimate by sampling, for one block of 64 numbers is watched in 16. Which one is by a hash, because UDP ports and
/// workers have their blocks in turn, and all are to be watched alike.
///
/// A watched block is judged when its place is wanted for a later one, or when it is old and a later one begins; a copy
/// that comes later still does not take back what was counted. Workers share all of it without a lock. A mark that is
/// made in the very moment in which another worker begins the block, or judges it, may be lost or count for another
/// packet: that is an error of the estimate, and no other harm.
class LoneCopies {
public:
    /// A packet of a watched block stands for that many.
    static constexpr std::uint64_t stands_for_packets = 16;
    /// How long further copies are waited for, unless the place is wanted.
    static constexpr std::uint64_t patience_ns = 2'000'000'000;

    /// For a window of 2^`window_log2` numbers, but for 2^18 at most: 250 ms at a million packets a second.
    explicit LoneCopies(unsigned window_log2)
        : blocks_(std::size_t{1} << (std::clamp(window_log2, group_log2, most_log2) - group_log2)) {}

    /// `block` is one of Window's.
    static bool is_watched(std::uint64_t block) {
        return block % stands_for_packets == (group_of(block) * 0x9e37'79b9'7f4a'7c15) >> 60;
    }

    /// Before the first mark of a watched block; changes nothing when it has begun. Calls `saved` with the path slot
    /// and a number of packets for what is judged on this occasion.
    template <class Saved>
    void begin(std::uint64_t block, std::uint64_t now_ns, Saved saved) {
        Watched& watched = place_of(group_of(block));
        std::uint64_t before = watched.tag.load(std::memory_order_acquire);
        if (before >= tag_of(block)) return;
        if (!watched.tag.compare_exchange_strong(before, being_begun, std::memory_order_acquire)) return;
        judge(watched, saved);
        watched.again.store(0, std::memory_order_relaxed);
        watched.begun_ns.store(now_ns, std::memory_order_relaxed);
        watched.tag.store(tag_of(block), std::memory_order_release);
        judge_old(group_of(block), now_ns, saved);
    }

    /// A packet of a watched block, sent by several paths, was delivered as it came by this one.
    void came_first(std::uint64_t sequence, std::uint32_t path_slot) {
        Watched* watched = find(sequence);
        if (watched == nullptr) return;
        watched->path[sequence % block_numbers].store(static_cast<std::uint16_t>(path_slot), std::memory_order_relaxed);
        watched->first.fetch_or(Window::bit_of(sequence), std::memory_order_release);
    }

    /// A further copy of a packet of a watched block. One that the network made twice comes by the same path and proves
    /// nothing.
    void came_again(std::uint64_t sequence, std::uint32_t path_slot) {
        Watched* watched = find(sequence);
        if (watched == nullptr) return;
        const bool is_known = (watched->first.load(std::memory_order_acquire) & Window::bit_of(sequence)) != 0;
        if (is_known && watched->path[sequence % block_numbers].load(std::memory_order_relaxed) == path_slot) return;
        watched->again.fetch_or(Window::bit_of(sequence), std::memory_order_relaxed);
    }

private:
    static constexpr std::size_t block_numbers = 64;
    static constexpr unsigned group_log2 = 10, most_log2 = 18;
    static_assert(std::uint64_t{1} << group_log2 == block_numbers * stands_for_packets);
    static_assert(config::region::max_paths <= std::size_t{1} << 16);

    struct alignas(64) Watched {
        std::atomic<std::uint64_t> tag{0};
        std::atomic<std::uint64_t> begun_ns{0};
        std::atomic<std::uint64_t> first{0};  ///< bits of packets that were delivered and are not judged
        std::atomic<std::uint64_t> again{0};  ///< bits of packets of which another path brought a copy
        std::array<std::atomic<std::uint16_t>, block_numbers> path{};  ///< slot of the one that delivered
    };

    /// Greater than the tag of every block, so that other workers leave it alone.
    static constexpr std::uint64_t being_begun = ~std::uint64_t{0};
    /// Zero is the tag of a place that was never used.
    static std::uint64_t tag_of(std::uint64_t block) { return block + 1; }
    /// Of the 16 blocks of which one is watched.
    static std::uint64_t group_of(std::uint64_t block) { return block / stands_for_packets; }

    Watched& place_of(std::uint64_t group) { return blocks_[group % blocks_.size()]; }

    /// The watched block of this number; null when a later one has its place, or it has not begun.
    Watched* find(std::uint64_t sequence) {
        const std::uint64_t block = Window::block_of(sequence);
        Watched& watched = place_of(group_of(block));
        return watched.tag.load(std::memory_order_acquire) == tag_of(block) ? &watched : nullptr;
    }

    template <class Saved>
    static void judge(Watched& watched, Saved& saved) {
        std::uint64_t lone = watched.first.exchange(0, std::memory_order_acq_rel);
        lone &= ~watched.again.load(std::memory_order_relaxed);
        for (; lone != 0; lone &= lone - 1) {
            const auto number = static_cast<std::size_t>(std::countr_zero(lone));
            saved(std::uint32_t{watched.path[number].load(std::memory_order_relaxed)}, stands_for_packets);
        }
    }

    /// Judges what began long before `group` did. Several a call, so that it catches up; not all, for a burst waits.
    template <class Saved>
    void judge_old(std::uint64_t group, std::uint64_t now_ns, Saved& saved) {
        constexpr std::uint64_t most_a_call = 16;
        const std::uint64_t oldest = group - std::min<std::uint64_t>(group, blocks_.size() - 1);
        std::uint64_t next = not_judged_.load(std::memory_order_relaxed);
        next = next == 0 ? group : std::max(next, oldest);
        for (const std::uint64_t end = std::min(group, next + most_a_call); next < end; ++next) {
            Watched& watched = place_of(next);
            if (now_ns < watched.begun_ns.load(std::memory_order_relaxed) + patience_ns) break;
            judge(watched, saved);
        }
        not_judged_.store(next, std::memory_order_relaxed);
    }

    std::vector<Watched> blocks_;
    std::atomic<std::uint64_t> not_judged_{0};  ///< the oldest group that is not; 0: none has begun
};

}  // namespace ropewalk::dataplane::tunnel
