#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/codes.hpp"
#include "config/schema/path.hpp"
#include "config/schema/prefix.hpp"
#include "config/schema/traffic_class.hpp"
#include "config/schema/units.hpp"

namespace ropewalk::config::schema {

/// The association with one peer.
struct Tunnel {
    std::string name;
    /// Name of the far gateway; with our own name it yields the keys of both directions.
    std::string peer;
    std::string key_file;
    Cipher cipher = Cipher::aes_256_gcm;
    Wire wire = Wire::ropewalk;
    /// How many UDP ports, from `local` of each path on, we receive on; the peer chooses one by the sequence number.
    std::uint8_t shards = 1;
    /// Inner destinations behind the peer; also the only inner sources accepted from it.
    std::vector<Prefix> prefixes;
    /// Receiver window in packets, a power of two; absent: from rate and max_skew, else 2^20.
    std::optional<std::uint64_t> window_packets;
    /// Largest delay difference between paths the window must cover.
    Duration max_skew = std::chrono::milliseconds(500);
    /// How often a probe goes by each path, in each direction.
    Duration probe_interval = std::chrono::milliseconds(50);
    /// Percent of copies lost in a second, and time behind the fastest path, beyond which a path is lossy or slow.
    std::uint8_t lossy_above = 15;
    Duration slow_above = std::chrono::milliseconds(200);
    std::vector<Path> paths;
    std::vector<TrafficClass> classes;
    auto operator<=>(const Tunnel&) const = default;
};

}  // namespace ropewalk::config::schema
