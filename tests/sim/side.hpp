#pragma once

#include <cstdint>

namespace ropewalk::tests::sim {

/// Which of the two gateways.
enum class Side : std::uint8_t { edge, hub };

inline constexpr std::size_t side_count = 2;

constexpr Side other(Side side) {
    return side == Side::edge ? Side::hub : Side::edge;
}
constexpr std::size_t index_of(Side side) {
    return static_cast<std::size_t>(side);
}
constexpr const char* name_of(Side side) {
    return side == Side::edge ? "edge" : "hub";
}

}  // namespace ropewalk::tests::sim
