#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/region/records.hpp"
#include "config/result.hpp"
#include "config/schema/gateway.hpp"
#include "config/secret.hpp"

namespace ropewalk::config::snapshot {

/// Keys of one tunnel, both directions.
struct TunnelKeys {
    std::uint64_t tx_key_id = 0, rx_key_id = 0;
    std::uint32_t tx_spi = 0, rx_spi = 0;
    Secret<32> tx_key{}, rx_key{};
    Secret<4> tx_salt{}, rx_salt{};
};

/// What control found out beside the YAML.
struct Resolved {
    std::map<std::string, TunnelKeys> keys;                         ///< by tunnel name
    std::map<std::string, std::uint32_t> port_slots, tunnel_slots;  ///< by name
    std::map<std::string, std::uint32_t> path_slots;                ///< by "tunnel/path"
};

/// Key of a path in the maps of Resolved.
std::string path_key(const schema::Tunnel& tunnel, const schema::Path& path);

/// The largest inner packet that fits every path of the tunnel.
std::uint16_t inner_mtu_of(const schema::Gateway& gateway, const schema::Tunnel& tunnel);

/// Lays out a complete snapshot of a valid configuration, with checksum. Fails when it would exceed the capacity, or
/// when keys or slots are missing in `resolved`. Pure.
Result<std::vector<std::uint8_t>> build(const schema::Gateway& gateway, const Resolved& resolved,
                                        std::uint64_t generation);

}  // namespace ropewalk::config::snapshot
