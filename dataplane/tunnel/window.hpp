#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>
#include <vector>

#include "dataplane/tunnel/atomic_memory.hpp"

namespace ropewalk::dataplane::tunnel {

/// The receiver's record of sequence numbers already delivered: anti-replay and dedup in one (RFC 4303 section 3.4.3,
/// with the blocks of RFC 6479, so that nothing is ever shifted). Workers share it without a lock: a cell says which
/// block of 64 numbers its bits stand for, and both change together.
///
/// A number is checked before opening and committed after authentication. What leaves the window without a packet is a
/// loss. A number beyond the window ahead of the newest (the peer started anew, or a long outage) starts the record
/// afresh there: the skipped numbers are counted as one jump, not as losses, because most never existed.
///
/// The block of a cell only ever grows, so no number is delivered twice, in whatever order workers come:
///
///     never used -> block b, more and more of its bits -> block b + as many as there are cells, no bits or some -> ...
///
/// Counts of losses are exact too, except that of a cell which another worker takes over while one deals with a jump.
template <class Memory>
class BasicWindow {
public:
    enum class Verdict : std::uint8_t { fresh, duplicate, too_old };

    /// `log2` bits of memory, at least 6. The window that is sure is one block of 64 smaller.
    explicit BasicWindow(unsigned log2) : block_mask_((std::uint64_t{1} << (log2 - 6)) - 1), cells_(block_mask_ + 1) {}

    /// Numbers up to `floor` count as delivered: set before the first packet passes, after a restart of the receiver.
    void start_above(std::uint64_t floor) { std::atomic_ref(floor_).store(floor, std::memory_order_relaxed); }

    /// The floor above which nothing passes.
    static constexpr std::uint64_t highest_floor = ~std::uint64_t{0};

    static std::uint64_t block_of(std::uint64_t sequence) { return sequence >> 6; }
    static std::uint64_t bit_of(std::uint64_t sequence) { return std::uint64_t{1} << (sequence & 63); }

    /// What to do with a copy of this number. Changes nothing.
    Verdict check(std::uint64_t sequence) const {
        if (sequence <= AtomicMemory::load(floor_) || sequence == 0) return Verdict::too_old;
        const std::uint64_t newest = Memory::load(record_.first);
        if (sequence > newest) return Verdict::fresh;
        const std::uint64_t block = block_of(sequence);
        if (block_of(newest) - block > block_mask_) return Verdict::too_old;
        // The tag first: the bits read after it are of this block or a later one, never of an earlier one.
        const Pair& cell = cells_[block & block_mask_];
        const std::uint64_t tag = Memory::load(cell.first);
        if (tag != tag_of(block)) return tag < tag_of(block) ? Verdict::fresh : Verdict::too_old;
        return Memory::load(cell.second) & bit_of(sequence) ? Verdict::duplicate : Verdict::fresh;
    }

    /// Marks a number whose packet authenticated; the verdict is of the moment before. Only `fresh` may be delivered.
    Verdict commit(std::uint64_t sequence) {
        const Verdict before = check(sequence);
        if (before != Verdict::fresh) return before;
        return commit(block_of(sequence), bit_of(sequence)) != 0 ? Verdict::fresh : Verdict::duplicate;
    }

    /// Marks numbers of one block, which check() called fresh, in one step. Returns those that may be delivered: of the
    /// others another worker has delivered a copy meanwhile, or the window has left them behind.
    std::uint64_t commit(std::uint64_t block, std::uint64_t bits) {
        if (!reach(block << 6 | lowest_of(bits), block << 6 | highest_of(bits))) return 0;
        Pair& cell = cells_[block & block_mask_];
        Pair seen = look(cell);
        for (;;) {
            if (seen.first > tag_of(block)) return 0;
            const std::uint64_t delivered = seen.first == tag_of(block) ? seen.second : 0;
            if ((bits & ~delivered) == 0) return 0;
            if (!Memory::exchange(cell, seen, {tag_of(block), delivered | bits})) continue;
            if (seen.first != tag_of(block)) count_losses(seen, block);
            return bits & ~delivered;
        }
    }

    /// How far a number is behind the newest known one, be it received or the floor; 0 while nothing may pass.
    std::uint64_t behind(std::uint64_t sequence) const {
        const std::uint64_t floor = AtomicMemory::load(floor_);
        const std::uint64_t known = std::max(Memory::load(record_.first), floor);
        return floor == highest_floor ? 0 : known - std::min(known, sequence);
    }

    std::uint64_t newest() const { return Memory::load(record_.first); }
    /// Packets that are surely covered behind the newest.
    std::uint64_t size() const { return block_mask_ << 6; }
    std::uint64_t lost() const { return Memory::load(lost_); }
    std::uint64_t jumped() const { return Memory::load(jumped_); }
    std::uint64_t largest_age() const { return Memory::load(largest_age_); }

    /// Numbers up to `last` that were expected, have not come, and are in the window still; the others that have not
    /// come are in lost(). Reads the whole window: not for workers. While they go on, a block may be in both or
    /// neither.
    std::uint64_t missing_up_to(std::uint64_t last) const {
        const Pair record = look(record_);
        last = std::min(last, record.first);
        if (last == 0 || last < record.second) return 0;
        const std::uint64_t newest = block_of(record.first);
        const std::uint64_t oldest = std::max(block_of(record.second), newest - std::min(newest, block_mask_));
        std::uint64_t missing = 0;
        for (std::uint64_t block = oldest; block <= block_of(last); ++block) {
            const Pair seen = look(cells_[block & block_mask_]);
            if (seen.first <= tag_of(block))
                missing += unset(block, seen.first == tag_of(block) ? seen.second : 0, record.second, last);
        }
        return missing;
    }

private:
    /// Zero is the tag of a cell that was never used.
    static std::uint64_t tag_of(std::uint64_t block) { return block + 1; }
    static unsigned lowest_of(std::uint64_t bits) { return static_cast<unsigned>(std::countr_zero(bits)); }
    static unsigned highest_of(std::uint64_t bits) { return 63U - static_cast<unsigned>(std::countl_zero(bits)); }

    /// The halves may be of different moments; then an exchange that expects them fails and tells the truth.
    static Pair look(const Pair& pair) { return {Memory::load(pair.first), Memory::load(pair.second)}; }

    /// Moves the window so that it covers a run of numbers of one block. False when it has left them behind.
    bool reach(std::uint64_t lowest, std::uint64_t highest) {
        Pair record = look(record_);
        while (highest > record.first) {
            const std::uint64_t newest = record.first;
            const bool begins = newest == 0 || block_of(highest) - block_of(newest) > block_mask_;
            if (!Memory::exchange(record_, record, {highest, begins ? lowest : record.second})) continue;
            if (newest != 0 && begins) leave(record, block_of(highest));
            if (!begins)
                for (std::uint64_t block = block_of(newest) + 1; block < block_of(highest); ++block) enter(block);
            if (lowest < newest) note_age(newest - lowest);
            return true;
        }
        if (block_of(record.first) - block_of(highest) > block_mask_) return false;
        note_age(record.first - lowest);
        return true;
    }

    /// Gives a block without a packet so far its cell, unless a worker has done so already.
    void enter(std::uint64_t block) {
        Pair& cell = cells_[block & block_mask_];
        Pair seen = look(cell);
        while (seen.first < tag_of(block))
            if (Memory::exchange(cell, seen, {tag_of(block), 0})) return count_losses(seen, block);
    }

    /// A cell went from what was `seen` in it to `block`: what is unset there, and in skipped blocks, is lost.
    void count_losses(const Pair& seen, std::uint64_t block) {
        const std::uint64_t base = Memory::load(record_.second), cells = block_mask_ + 1;
        if (block < block_of(base)) return;
        std::uint64_t leaving = block - (block - block_of(base)) / cells * cells;
        if (seen.first > tag_of(leaving)) leaving = seen.first - 1;
        std::uint64_t lost = 0;
        for (; leaving < block; leaving += cells)
            lost += unset(leaving, seen.first == tag_of(leaving) ? seen.second : 0, base, ~std::uint64_t{0});
        if (lost != 0) Memory::add(lost_, lost);
    }

    /// After a jump: what is unset in the record `before` it will not come any more. Its cells become those of the
    /// blocks up to `to`.
    void leave(const Pair& before, std::uint64_t to) {
        Memory::add(jumped_, 1);
        std::uint64_t lost = 0;
        for (std::uint64_t block = to - block_mask_; block <= to; ++block) {
            Pair& cell = cells_[block & block_mask_];
            Pair seen = look(cell);
            while (seen.first <= tag_of(block_of(before.first)) && !Memory::exchange(cell, seen, {tag_of(block), 0})) {
            }
            if (seen.first >= tag_of(block_of(before.second)) && seen.first <= tag_of(block_of(before.first)))
                lost += unset(seen.first - 1, seen.second, before.second, before.first);
        }
        if (lost != 0) Memory::add(lost_, lost);
    }

    /// How many numbers of a block have no bit, of those from `first` to `last`.
    static std::uint64_t unset(std::uint64_t block, std::uint64_t bits, std::uint64_t first, std::uint64_t last) {
        std::uint64_t expected = ~std::uint64_t{0};
        if (block == block_of(first)) expected <<= first & 63;
        if (block == block_of(last)) expected &= ~std::uint64_t{0} >> (63 - (last & 63));
        return static_cast<std::uint64_t>(std::popcount(expected & ~bits));
    }

    void note_age(std::uint64_t age) {
        std::uint64_t largest = Memory::load(largest_age_);
        while (age > largest && !Memory::exchange(largest_age_, largest, age)) {
        }
    }

    std::uint64_t block_mask_;
    std::vector<Pair> cells_;  ///< tag and bits
    std::uint64_t floor_ = 0;
    /// The newest number, and the first one since the record began: what lies before that was never expected.
    alignas(64) Pair record_;
    alignas(64) std::uint64_t lost_ = 0;
    std::uint64_t jumped_ = 0;
    std::uint64_t largest_age_ = 0;
};

using Window = BasicWindow<AtomicMemory>;

}  // namespace ropewalk::dataplane::tunnel
