#pragma once

#include <cstddef>
#include <cstdint>

namespace ropewalk::config::snapshot {

/// Capacities of the shared memory; validation refuses a configuration beyond them.
inline constexpr std::size_t max_workers = 8;
inline constexpr std::size_t max_ports = 16;
inline constexpr std::size_t max_tunnels = 1024;
inline constexpr std::size_t max_paths = 4096;
inline constexpr std::size_t max_paths_per_tunnel = 16;
inline constexpr std::size_t max_classes = 4096;
inline constexpr std::size_t max_ranges = 16384;
inline constexpr std::size_t max_drop_reasons = 64;

inline constexpr std::size_t snapshot_slots = 3;
inline constexpr std::size_t snapshot_capacity_bytes = 4U << 20;

inline constexpr std::size_t cache_line_bytes = 64;
inline constexpr std::size_t page_bytes = 4096;

}  // namespace ropewalk::config::snapshot
