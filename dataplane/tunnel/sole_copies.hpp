#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace ropewalk::dataplane::tunnel {

/// Which packets came by one path only, so that they were lost without it, if others were to bring them, too. A sample:
/// one block of 64 sequence numbers in 16 is watched, and a number's entry is kept until a later one needs it. Workers
/// share it; of two that touch one entry at once, one may be forgotten.
class SoleCopies {
public:
    static constexpr std::uint64_t blocks_for_one_watched = 16;
    /// Entries, for numbers that are so far apart that no copy is that late.
    static constexpr unsigned most_log2 = 13;

    /// For a window of so many bits.
    explicit SoleCopies(unsigned window_log2)
        : log2_(std::clamp(window_log2, least_log2 + sample_log2, most_log2 + sample_log2) - sample_log2),
          entries_(std::make_unique<std::atomic<std::uint32_t>[]>(std::size_t{1} << log2_)) {}

    static bool is_watched(std::uint64_t sequence) { return (sequence >> 6) % blocks_for_one_watched == 0; }

    /// The first copy of a watched number was delivered. Returns the path whose copy of an earlier number stayed alone,
    /// if its entry is needed now.
    std::optional<std::uint32_t> delivered(std::uint64_t sequence, std::uint32_t path_slot) {
        std::atomic<std::uint32_t>& entry = entry_of(sequence);
        const std::uint32_t before = entry.load(std::memory_order_relaxed);
        if (is_of(before, sequence) && who(before) == several) return std::nullopt;
        entry.store(pack(sequence, path_slot + first_path), std::memory_order_relaxed);
        return is_of(before, sequence) ? std::nullopt : sole_path(before);
    }

    /// Another copy of a watched number came, by whichever path: a line can double what it carries. It may be told
    /// before the first one is. Returns as delivered() does.
    std::optional<std::uint32_t> came_again(std::uint64_t sequence, std::uint32_t path_slot) {
        std::atomic<std::uint32_t>& entry = entry_of(sequence);
        const std::uint32_t before = entry.load(std::memory_order_relaxed);
        const auto ahead = static_cast<std::int16_t>(tag(before) - tag_of(sequence));
        if (ahead > 0 || before == pack(sequence, path_slot + first_path)) return std::nullopt;
        entry.store(pack(sequence, several), std::memory_order_relaxed);
        return ahead == 0 ? std::nullopt : sole_path(before);
    }

private:
    static constexpr unsigned sample_log2 = 4, least_log2 = 6;
    static_assert(std::uint64_t{1} << sample_log2 == blocks_for_one_watched);
    /// What an entry says beside the tag of its number; larger ones name a path. Zero: it was never used.
    static constexpr std::uint32_t several = 1, first_path = 2;

    static std::uint64_t watched_index(std::uint64_t sequence) {
        return sequence >> (6 + sample_log2) << 6 | (sequence & 63);
    }
    std::atomic<std::uint32_t>& entry_of(std::uint64_t sequence) const {
        return entries_[watched_index(sequence) & ((std::uint64_t{1} << log2_) - 1)];
    }
    std::uint16_t tag_of(std::uint64_t sequence) const {
        return static_cast<std::uint16_t>(watched_index(sequence) >> log2_);
    }
    std::uint32_t pack(std::uint64_t sequence, std::uint32_t what) const {
        return std::uint32_t{tag_of(sequence)} << 16 | what;
    }
    static std::uint16_t tag(std::uint32_t entry) { return static_cast<std::uint16_t>(entry >> 16); }
    static std::uint32_t who(std::uint32_t entry) { return entry & 0xffff; }
    bool is_of(std::uint32_t entry, std::uint64_t sequence) const {
        return who(entry) != 0 && tag(entry) == tag_of(sequence);
    }
    static std::optional<std::uint32_t> sole_path(std::uint32_t entry) {
        return who(entry) < first_path ? std::nullopt : std::optional(who(entry) - first_path);
    }

    unsigned log2_;
    std::unique_ptr<std::atomic<std::uint32_t>[]> entries_;
};

}  // namespace ropewalk::dataplane::tunnel
