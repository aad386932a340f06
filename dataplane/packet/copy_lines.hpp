#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace ropewalk::dataplane::packet {

inline constexpr std::size_t cache_line_bytes = 64;

/// Copies `bytes` bytes from `from` on to where they lie in another buffer, whole cache lines at a time: what else is
/// in the first and in the last line is copied with them and must be the buffers' own, as in a pool of mbufs, whose
/// elements are whole lines. Buffers that begin at different places of a line are copied byte by byte.
///
/// Loads and stores are aligned, and go in the direction in which no load follows a store to an address with the same
/// low 12 bits: processors take such a load for one that needs the store, and hold it back. Between buffers of a pool
/// that cost 50 cycles for 1420 bytes.
inline void copy_lines(std::uint8_t* to, const std::uint8_t* from, std::size_t bytes) {
    using Half [[gnu::vector_size(cache_line_bytes / 2), gnu::may_alias]] = std::uint64_t;
    constexpr std::uintptr_t page_bytes = 4096;
    const auto source = reinterpret_cast<std::uintptr_t>(from), target = reinterpret_cast<std::uintptr_t>(to);
    if ((target - source) % cache_line_bytes != 0) [[unlikely]] {
        std::memcpy(to, from, bytes);
        return;
    }
    const std::uintptr_t before = source % cache_line_bytes;
    std::size_t lines = (before + bytes + cache_line_bytes - 1) / cache_line_bytes;
    const bool descends = (target - source) % page_bytes < page_bytes / 2;
    const std::uintptr_t first = descends ? (lines - 1) * cache_line_bytes : 0;
    const std::uintptr_t step = descends ? -cache_line_bytes : cache_line_bytes;
    auto* read = reinterpret_cast<const Half*>(source - before + first);
    auto* write = reinterpret_cast<Half*>(target - before + first);
    for (; lines != 0; --lines) {
        const Half low = read[0], high = read[1];
        write[0] = low;
        write[1] = high;
        read = reinterpret_cast<const Half*>(reinterpret_cast<std::uintptr_t>(read) + step);
        write = reinterpret_cast<Half*>(reinterpret_cast<std::uintptr_t>(write) + step);
    }
}

}  // namespace ropewalk::dataplane::packet
