#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ropewalk::control::paths {

/// What a path lost of what the peer sent on it, over the last 1, 10 and 60 s, from counters that only its own numbers
/// move. Pure; bounded memory.
class LossWindow {
public:
    /// Counters that come sooner after the last ones are left out.
    static constexpr std::uint64_t slice_ns = 100'000'000;

    /// Since the dataplane started: copies that came, and gaps in their numbers less what filled them late.
    void count(std::uint64_t came, std::uint64_t missing, std::uint64_t now_ns) {
        if (came < came_ || now_ns < at_ns_) forget();
        const auto now_ms = static_cast<std::uint32_t>(now_ns / 1'000'000);
        const Slice slice{static_cast<std::uint32_t>(came), static_cast<std::uint32_t>(missing), now_ms};
        if (tenths_.count != 0 && now_ns - at_ns_ < slice_ns) return;
        came_ = came;
        at_ns_ = now_ns;
        tenths_.push(slice);
        if (seconds_.count == 0 || now_ms - seconds_.slice(0).at_ms >= 1000) seconds_.push(slice);
    }
    void forget() { *this = {}; }

    /// As a share; empty where nothing was sent, as far as can be told, or nobody looked.
    std::optional<double> over(std::uint64_t span_ns) const {
        const auto span_ms = static_cast<std::uint32_t>(span_ns / 1'000'000);
        if (tenths_.count == 0) return std::nullopt;
        const Slice& newest = tenths_.slice(0);
        return span_ms <= 1000 ? tenths_.over(newest, span_ms) : seconds_.over(newest, span_ms);
    }

private:
    /// Counters that go round, as the time does: only differences count.
    struct Slice {
        std::uint32_t came = 0, missing = 0, at_ms = 0;
    };
    template <std::size_t Slices>
    struct Ring {
        std::array<Slice, Slices> slices{};
        std::size_t count = 0;

        void push(const Slice& slice) { slices[count++ % Slices] = slice; }
        /// `back` 0 is the newest.
        const Slice& slice(std::size_t back) const { return slices[(count - 1 - back) % Slices]; }
        std::optional<double> over(const Slice& newest, std::uint32_t span_ms) const {
            const std::size_t kept = count < Slices ? count : Slices;
            std::size_t back = 0;
            while (back + 1 < kept && newest.at_ms - slice(back).at_ms < span_ms) ++back;
            const auto came = static_cast<std::int32_t>(newest.came - slice(back).came);
            const auto missing = static_cast<std::int32_t>(newest.missing - slice(back).missing);
            if (std::int64_t{came} + missing <= 0) return std::nullopt;
            return missing <= 0 ? 0.0 : static_cast<double>(missing) / (static_cast<double>(came) + missing);
        }
    };

    Ring<11> tenths_;
    Ring<61> seconds_;
    std::uint64_t came_ = 0, at_ns_ = 0;
};

}  // namespace ropewalk::control::paths
