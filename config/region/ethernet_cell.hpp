#pragma once

#include <array>
#include <cstdint>

namespace ropewalk::config::region {

/// An Ethernet address in the low 48 bits of an atomic word, its first byte lowest.
constexpr std::uint64_t cell_of(const std::array<std::uint8_t, 6>& address) {
    std::uint64_t cell = 0;
    for (unsigned i = 0; i < address.size(); ++i) cell |= std::uint64_t{address[i]} << 8 * i;
    return cell;
}

/// The address in such a word, whatever stands above it.
constexpr std::array<std::uint8_t, 6> address_of(std::uint64_t cell) {
    std::array<std::uint8_t, 6> address{};
    for (unsigned i = 0; i < address.size(); ++i) address[i] = static_cast<std::uint8_t>(cell >> 8 * i);
    return address;
}

}  // namespace ropewalk::config::region
