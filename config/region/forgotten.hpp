#pragma once

#include <cstdint>
#include <span>

namespace ropewalk::config::region {

/// "RWSNAP00", at the head of a snapshot without its keys.
inline constexpr std::uint64_t forgotten_magic = 0x30305041'4e535752ULL;

/// Wipes the keys of all tunnels in a verified snapshot. Nobody can run on it any more, and verify() refuses it; names,
/// slots and everything else can still be read.
void forget_keys(std::span<std::uint8_t> snapshot);

}  // namespace ropewalk::config::region
