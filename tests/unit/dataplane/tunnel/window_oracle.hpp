#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>

#include "dataplane/tunnel/window.hpp"

namespace ropewalk::tests::unit {

/// The rules of the window told with a set and plain arithmetic: nothing wraps, nothing is masked, and a loss is a
/// number that the left edge passed without ever having been in the set.
class WindowOracle {
public:
    using Verdict = dataplane::tunnel::Window::Verdict;

    explicit WindowOracle(unsigned log2) : blocks_((std::uint64_t{1} << log2) / 64) {}

    void start_above(std::uint64_t floor) { floor_ = floor; }

    Verdict check(std::uint64_t sequence) const {
        if (sequence <= floor_ || sequence == 0) return Verdict::too_old;
        if (!newest_ || sequence > *newest_) return Verdict::fresh;
        if (sequence < left_edge(*newest_)) return Verdict::too_old;
        return delivered_.contains(sequence) ? Verdict::duplicate : Verdict::fresh;
    }

    Verdict commit(std::uint64_t sequence) {
        const Verdict verdict = check(sequence);
        if (verdict != Verdict::fresh) return verdict;
        if (!newest_) {
            first_expected_ = sequence;
        } else if (sequence < *newest_) {
            largest_age_ = std::max(largest_age_, *newest_ - sequence);
        } else if (sequence / 64 - *newest_ / 64 >= blocks_) {
            ++jumped_;
            forget_below(*newest_);
            if (!delivered_.contains(*newest_)) ++lost_;
            delivered_.clear();
            first_expected_ = sequence;
        } else {
            forget_below(left_edge(sequence));
        }
        if (!newest_ || sequence > *newest_) newest_ = sequence;
        delivered_.insert(sequence);
        return verdict;
    }

    std::uint64_t newest() const { return newest_.value_or(0); }
    std::uint64_t lost() const { return lost_; }
    std::uint64_t jumped() const { return jumped_; }
    std::uint64_t largest_age() const { return largest_age_; }

private:
    /// The oldest number that is remembered: whole blocks of 64 leave together.
    std::uint64_t left_edge(std::uint64_t newest) const {
        const std::uint64_t block = newest / 64;
        return block < blocks_ ? 0 : (block - blocks_ + 1) * 64;
    }

    /// Everything before `edge` is decided now: what was expected and is not in the set is lost.
    void forget_below(std::uint64_t edge) {
        const auto end = delivered_.lower_bound(edge);
        if (edge > first_expected_) {
            const auto expected = delivered_.lower_bound(first_expected_);
            lost_ += edge - first_expected_ - static_cast<std::uint64_t>(std::distance(expected, end));
            first_expected_ = edge;
        }
        delivered_.erase(delivered_.begin(), end);
    }

    std::uint64_t blocks_;
    std::set<std::uint64_t> delivered_;
    std::optional<std::uint64_t> newest_;
    std::uint64_t floor_ = 0;
    std::uint64_t first_expected_ = 0;
    std::uint64_t lost_ = 0, jumped_ = 0, largest_age_ = 0;
};

}  // namespace ropewalk::tests::unit
