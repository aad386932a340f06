#pragma once

#include <string.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace ropewalk::config {

/// Bytes of a key: an array that is wiped when it is done with.
template <std::size_t N>
struct Secret : std::array<std::uint8_t, N> {
    Secret() : std::array<std::uint8_t, N>{} {}
    Secret(const std::array<std::uint8_t, N>& bytes) : std::array<std::uint8_t, N>(bytes) {}
    Secret(const Secret&) = default;
    Secret& operator=(const Secret&) = default;
    ~Secret() { ::explicit_bzero(this->data(), N); }
};

}  // namespace ropewalk::config
