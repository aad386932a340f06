#pragma once

#include <cstdint>
#include <span>

#include "config/region/records.hpp"
#include "config/result.hpp"

namespace ropewalk::config::region {

/// FNV-1a over 64-bit words of everything after the checksum field; `bytes` starts at the header.
std::uint64_t checksum_of(std::span<const std::uint8_t> bytes);

/// Checks magic, ABI, size, checksum, every table's bounds and every field and cross-reference in them, without
/// trusting any. The error names the first field that is wrong, what it holds and what is allowed.
/// `generation` is what the publication announced.
Result<void> verify(std::span<const std::uint8_t> bytes, std::uint64_t generation);

}  // namespace ropewalk::config::region
