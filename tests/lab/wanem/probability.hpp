#pragma once

#include <compare>
#include <cstdint>

namespace ropewalk::tests::lab::wanem {

/// How often something happens. In whole parts of a billion, so that a draw is integer arithmetic and falls the same on
/// every machine. YAML: `0.5%`.
struct Probability {
    static constexpr std::uint32_t certain = 1'000'000'000;

    std::uint32_t parts_per_billion = 0;
    auto operator<=>(const Probability&) const = default;
};

}  // namespace ropewalk::tests::lab::wanem
