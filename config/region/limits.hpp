#pragma once

#include <cstddef>
#include <cstdint>

namespace ropewalk::config::region {

/// Capacities of the shared memory; validation refuses a configuration beyond them.
inline constexpr std::size_t max_workers = 16;
inline constexpr std::size_t max_ports = 16;
inline constexpr std::size_t max_tunnels = 1024;
inline constexpr std::size_t max_paths = 4096;
inline constexpr std::size_t max_paths_per_tunnel = 16;
inline constexpr std::size_t max_classes = 4096;
inline constexpr std::size_t max_ranges = 16384;
inline constexpr std::size_t max_drop_reasons = 64;

/// Prefixes of one family over all tunnels: n of them make at most 2n + 1 ranges.
inline constexpr std::size_t max_prefixes = (max_ranges - 1) / 2;

/// Bounds of single values, for validation of the YAML and verification of a snapshot alike.
inline constexpr std::uint16_t min_mtu = 576;        ///< bytes, IP packet; RFC 1122 section 3.3.3
inline constexpr std::uint16_t min_mtu_ipv6 = 1280;  ///< RFC 8200 section 5
inline constexpr std::uint16_t max_mtu = 9216;
inline constexpr std::uint8_t min_window_log2 = 16, max_window_log2 = 24;
inline constexpr std::uint32_t max_rate_kbit = 1'000'000'000;
inline constexpr std::uint16_t max_cpu = 1023;
inline constexpr std::uint16_t shortest_max_age_ms = 100, longest_max_age_ms = 60'000;
inline constexpr std::uint64_t min_memory_bytes = 32ULL << 20, max_memory_bytes = 1ULL << 40;
inline constexpr std::uint32_t min_spi = 256;          ///< RFC 4303 section 2.1 reserves those below
inline constexpr std::uint8_t max_shards = 16;         ///< UDP ports that a path is received on
inline constexpr std::size_t max_interface_name = 15;  ///< characters, IFNAMSIZ less the NUL

inline constexpr std::size_t snapshot_slots = 3;
inline constexpr std::size_t snapshot_capacity_bytes = 4U << 20;

inline constexpr std::size_t cache_line_bytes = 64;
inline constexpr std::size_t page_bytes = 4096;

}  // namespace ropewalk::config::region
