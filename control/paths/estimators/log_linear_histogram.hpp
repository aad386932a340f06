#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace ropewalk::control::paths {

/// How often durations of each size were seen: eight bins for each power of two, so that a bin is at most an eighth
/// wide of what is in it. Pure; bounded memory.
class LogLinearHistogram {
public:
    static constexpr std::uint64_t unit_ns = 1024;
    /// Longer ones count as this.
    static constexpr unsigned units_log2 = 24;
    static constexpr std::uint64_t longest_ns = unit_ns << units_log2;

    void add(std::uint64_t duration_ns) {
        std::uint16_t& bin = bins_[bin_of(duration_ns)];
        if (bin == 0xffff) return;
        ++bin;
        ++count_;
    }
    void add(const LogLinearHistogram& other) {
        for (std::size_t i = 0; i < bins_.size(); ++i) {
            const std::uint32_t both = std::uint32_t{bins_[i]} + other.bins_[i];
            const auto bin = static_cast<std::uint16_t>(both < 0xffff ? both : 0xffff);
            count_ += static_cast<unsigned>(bin - bins_[i]);
            bins_[i] = bin;
        }
    }

    std::uint64_t count() const { return count_; }
    /// The upper edge of the bin below which so large a share lies; 0: empty.
    std::uint64_t quantile_ns(double share) const {
        const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
        std::uint64_t below = 0;
        for (std::size_t i = 0; i < bins_.size(); ++i) {
            below += bins_[i];
            if (below != 0 && below >= wanted) return upper_edge_ns(i);
        }
        return 0;
    }

private:
    static constexpr unsigned bins_log2 = 3;
    static constexpr std::size_t bins_each = std::size_t{1} << bins_log2;

    static constexpr std::size_t bin_of(std::uint64_t duration_ns) {
        const std::uint64_t units = (duration_ns < longest_ns ? duration_ns : longest_ns - 1) / unit_ns;
        if (units < bins_each) return units;
        const unsigned shift = static_cast<unsigned>(std::bit_width(units)) - 1 - bins_log2;
        return bins_each * shift + (units >> shift);
    }
    static constexpr std::uint64_t upper_edge_ns(std::size_t bin) {
        if (bin < bins_each) return (bin + 1) * unit_ns;
        const std::size_t shift = bin / bins_each - 1;
        return ((bin % bins_each + bins_each + 1) << shift) * unit_ns;
    }

    std::array<std::uint16_t, bins_each*(1 + units_log2 - bins_log2)> bins_{};
    std::uint64_t count_ = 0;
};

}  // namespace ropewalk::control::paths
