#pragma once

#include <bit>
#include <cstdint>
#include <memory>

namespace ropewalk::dataplane::tunnel {

/// The receiver's record of sequence numbers already delivered: anti-replay and dedup in one (RFC 4303 section 3.4.3,
/// with the blocks of RFC 6479, so that nothing is ever shifted). One owner; several workers need another one.
///
/// A number is checked before opening and committed after authentication. What leaves the window without a packet is
/// a loss. A number beyond the window ahead of the newest (the peer started anew, or a long outage) starts the record
/// afresh there: the numbers sprung over are counted as one jump, not as losses, because most never existed.
class Window {
public:
    enum class Verdict : std::uint8_t { fresh, duplicate, too_old };

    /// `log2` bits of memory, at least 6. The window that is sure is one block of 64 smaller.
    explicit Window(unsigned log2)
        : block_mask_((std::uint64_t{1} << (log2 - 6)) - 1), blocks_(new std::uint64_t[block_mask_ + 1]()) {}

    /// Numbers up to `floor` count as delivered: set before the first packet, after a restart of the receiver.
    void start_above(std::uint64_t floor) { floor_ = floor; }

    /// What to do with a copy of this number. Changes nothing.
    Verdict check(std::uint64_t sequence) const {
        if (sequence > newest_) return sequence > floor_ ? Verdict::fresh : Verdict::too_old;
        if (sequence <= floor_ || block_of(newest_) - block_of(sequence) > block_mask_) return Verdict::too_old;
        return blocks_[block_of(sequence) & block_mask_] >> (sequence & 63) & 1 ? Verdict::duplicate : Verdict::fresh;
    }

    /// Marks a number whose packet authenticated; the verdict is of the moment before. Only `fresh` may be delivered.
    Verdict commit(std::uint64_t sequence) {
        const Verdict verdict = check(sequence);
        if (verdict != Verdict::fresh) return verdict;
        if (sequence > newest_)
            advance(sequence);
        else if (newest_ - sequence > largest_age_)
            largest_age_ = newest_ - sequence;
        blocks_[block_of(sequence) & block_mask_] |= std::uint64_t{1} << (sequence & 63);
        return verdict;
    }

    std::uint64_t newest() const { return newest_; }
    /// Packets that are surely covered behind the newest.
    std::uint64_t size() const { return block_mask_ << 6; }
    std::uint64_t lost() const { return lost_; }
    std::uint64_t jumped() const { return jumped_; }
    std::uint64_t largest_age() const { return largest_age_; }

private:
    static std::uint64_t block_of(std::uint64_t sequence) { return sequence >> 6; }

    void advance(std::uint64_t sequence) {
        const std::uint64_t to = block_of(sequence);
        const std::uint64_t from = block_of(newest_);
        if (newest_ == 0 || to - from > block_mask_) {
            restart_at(sequence);
        } else {
            for (std::uint64_t block = from + 1; block <= to; ++block) retire(block);
        }
        newest_ = sequence;
    }

    /// Empties the cell that `block` takes over; numbers unset in what stood there are losses.
    void retire(std::uint64_t block) {
        std::uint64_t& cell = blocks_[block & block_mask_];
        const std::uint64_t leaving = block - block_mask_ - 1;
        if (block > block_mask_ && leaving >= block_of(base_)) {
            std::uint64_t expected = ~std::uint64_t{0};
            if (leaving == block_of(base_)) expected <<= base_ & 63;
            lost_ += static_cast<std::uint64_t>(std::popcount(expected & ~cell));
        }
        cell = 0;
    }

    void restart_at(std::uint64_t sequence) {
        if (newest_ != 0) {
            ++jumped_;
            count_remaining_as_lost();
        }
        for (std::uint64_t cell = 0; cell <= block_mask_; ++cell) blocks_[cell] = 0;
        base_ = sequence;
    }

    /// Before a jump: what is unset up to the newest number will not come any more.
    void count_remaining_as_lost() {
        const std::uint64_t oldest = block_of(newest_) > block_mask_ ? block_of(newest_) - block_mask_ : 0;
        for (std::uint64_t block = oldest > block_of(base_) ? oldest : block_of(base_); block <= block_of(newest_);
             ++block) {
            std::uint64_t expected = ~std::uint64_t{0};
            if (block == block_of(base_)) expected <<= base_ & 63;
            if (block == block_of(newest_)) expected &= ~std::uint64_t{0} >> (63 - (newest_ & 63));
            lost_ += static_cast<std::uint64_t>(std::popcount(expected & ~blocks_[block & block_mask_]));
        }
    }

    std::uint64_t block_mask_;
    std::unique_ptr<std::uint64_t[]> blocks_;
    std::uint64_t newest_ = 0;
    std::uint64_t floor_ = 0;
    std::uint64_t base_ = 0;  ///< first number since the record began; what lies before it was never expected
    std::uint64_t lost_ = 0;
    std::uint64_t jumped_ = 0;
    std::uint64_t largest_age_ = 0;
};

}  // namespace ropewalk::dataplane::tunnel
