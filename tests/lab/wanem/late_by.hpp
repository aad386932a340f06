#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "config/schema/units.hpp"

namespace ropewalk::tests::lab::wanem {

using config::schema::Duration;

/// How much later than they should frames were handed to the kernel: the emulator's own account of whether it kept
/// time.
class LateBy {
public:
    /// Upper ends of the classes, in microseconds; a last class takes the rest.
    static constexpr auto edges_us =
        std::to_array<std::uint32_t>({20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 50000});

    void note(Duration late) {
        most_ = std::max(most_, late);
        const auto edge =
            std::ranges::find_if(edges_us, [&](std::uint32_t us) { return late <= std::chrono::microseconds(us); });
        ++counts_[static_cast<std::size_t>(edge - edges_us.begin())];
    }

    /// Frames in each class: not later than its upper end, and later than that of the one before.
    const std::array<std::uint64_t, edges_us.size() + 1>& counts() const { return counts_; }
    Duration most() const { return most_; }

private:
    std::array<std::uint64_t, edges_us.size() + 1> counts_{};
    Duration most_{};
};

}  // namespace ropewalk::tests::lab::wanem
