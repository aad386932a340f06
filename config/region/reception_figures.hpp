#pragma once

#include <cstdint>

namespace ropewalk::config::region {

/// How a gateway receives a path, as probes tell it to the peer, who cannot see that himself. Eight bytes.
struct ReceptionFigures {
    /// Of 250 copies sent on the path within the last second, so many were lost: by counts that stand inside the seal, so
    /// that nobody on another path can make it more.
    std::uint8_t proven_lost = unknown_proven_lost;
    /// Of 65,534, by the copies' numbers outside the seal: for people.
    std::uint16_t lost = unknown_lost;
    /// How much later than by the tunnel's fastest path probes come by this one, and how much that varies
    /// (RFC 3550 section 6.4.1); at most 16 s, in steps of 16 us.
    std::uint32_t delay_over_best_us = 0, jitter_us = 0;

    static constexpr std::uint8_t unknown_proven_lost = 0xff, all_proven_lost = 250;
    static constexpr std::uint16_t unknown_lost = 0xffff, all_lost = 0xfffe;
    static constexpr std::uint32_t most_us = 0xf'ffff * 16;

    bool is_known() const { return proven_lost <= all_proven_lost; }
    double proven_loss() const { return static_cast<double>(proven_lost) / all_proven_lost; }

    static constexpr ReceptionFigures unpack(std::uint64_t word) {
        return {static_cast<std::uint8_t>(word >> 56), static_cast<std::uint16_t>(word >> 40),
                static_cast<std::uint32_t>(word >> 20 & 0xf'ffff) * 16,
                static_cast<std::uint32_t>(word & 0xf'ffff) * 16};
    }
    constexpr std::uint64_t pack() const {
        const auto steps = [](std::uint32_t us) { return std::uint64_t{us < most_us ? us : most_us} / 16; };
        return std::uint64_t{proven_lost} << 56 | std::uint64_t{lost} << 40 | steps(delay_over_best_us) << 20 |
               steps(jitter_us);
    }
    bool operator==(const ReceptionFigures&) const = default;
};

}  // namespace ropewalk::config::region
