#pragma once

#include <cstdint>
#include <vector>

namespace ropewalk::perf::linerate {

/// Tells packets that come for the first time from those that come again, by their numbers, and sees which come behind
/// a later one of their flow (RFC 4737: reordered). Remembers the newest `memory` numbers, in memory of fixed size.
class Arrivals {
public:
    static constexpr std::uint64_t memory = 1ULL << 24;

    explicit Arrivals(std::uint32_t flows) : bits_(memory / 64), newest_of_flow_(flows) {}

    void note(std::uint64_t number, std::uint32_t flow) {
        if (number >= end_) forget_up_to(number);
        if (number + memory < end_) {
            ++too_late_;
            return;
        }
        std::uint64_t& word = bits_[number % memory / 64];
        const std::uint64_t bit = 1ULL << number % 64;
        if (word & bit) {
            ++repeated_;
            return;
        }
        word |= bit;
        ++first_;
        if (number + 1 < newest_of_flow_[flow])
            ++reordered_;
        else
            newest_of_flow_[flow] = number + 1;
    }

    std::uint64_t first() const { return first_; }
    std::uint64_t repeated() const { return repeated_; }
    std::uint64_t reordered() const { return reordered_; }
    /// So far behind the newest that nobody knows whether it came before.
    std::uint64_t too_late() const { return too_late_; }

private:
    /// Numbers up to this one can be noted now; the oldest make room. A word is cleared when the first number of it
    /// comes into sight, so whole words are forgotten.
    void forget_up_to(std::uint64_t number) {
        const std::uint64_t end = (number / 64 + 1) * 64;
        const std::uint64_t from = end - end_ > memory ? end - memory : end_;
        for (std::uint64_t word = from; word < end; word += 64) bits_[word % memory / 64] = 0;
        end_ = end;
    }

    std::vector<std::uint64_t> bits_;
    std::vector<std::uint64_t> newest_of_flow_;
    std::uint64_t end_ = 0;  ///< first number not in sight yet; a multiple of 64
    std::uint64_t first_ = 0, repeated_ = 0, reordered_ = 0, too_late_ = 0;
};

}  // namespace ropewalk::perf::linerate
