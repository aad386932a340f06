#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace ropewalk::perf::linerate {

/// Latencies in whole units of any size, counted in buckets whose width is at most 1/64 of their value; exact below 64.
/// Of fixed size, whatever is counted.
class LatencyHistogram {
public:
    void add(std::uint64_t value) { add(value, 1); }
    void add(std::uint64_t value, std::uint64_t times) {
        counts_[bucket_of(value)] += times;
        samples_ += times;
        largest_ = std::max(largest_, value);
    }
    /// Takes over what another has counted in units `scale` times as long as these.
    void add_scaled(const LatencyHistogram& other, double scale) {
        for (std::size_t i = 0; i < other.counts_.size(); ++i)
            if (other.counts_[i] != 0) add(scaled(std::min(last_of(i), other.largest_), scale), other.counts_[i]);
    }

    std::uint64_t samples() const { return samples_; }
    std::uint64_t largest() const { return largest_; }

    /// The smallest value that `share` of all samples do not exceed, rounded up to the end of its bucket; 0 when there
    /// are none.
    std::uint64_t percentile(double share) const {
        const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(samples_));
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            seen += counts_[i];
            if (seen > 0 && seen >= wanted) return std::min(largest_, last_of(i));
        }
        return largest_;
    }

private:
    static constexpr unsigned sub_bits = 6;
    static constexpr std::uint64_t sub_buckets = 1ULL << sub_bits;

    static std::uint64_t scaled(std::uint64_t value, double scale) {
        return static_cast<std::uint64_t>(static_cast<double>(value) * scale);
    }
    static constexpr std::size_t bucket_of(std::uint64_t value) {
        if (value < sub_buckets) return value;
        const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - 1 - sub_bits;
        return (shift + 1) * sub_buckets + (value >> shift) - sub_buckets;
    }
    static constexpr std::uint64_t last_of(std::size_t bucket) {
        if (bucket < sub_buckets) return bucket;
        const std::size_t shift = bucket / sub_buckets - 1;
        return ((bucket % sub_buckets + sub_buckets + 1) << shift) - 1;
    }

    std::array<std::uint64_t, (64 - sub_bits + 1) * sub_buckets> counts_{};
    std::uint64_t samples_ = 0, largest_ = 0;
};

}  // namespace ropewalk::perf::linerate
