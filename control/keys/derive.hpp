#pragma once

#include <cstdint>
#include <string>

#include "config/result.hpp"
#include "config/schema/tunnel.hpp"
#include "config/secret.hpp"
#include "config/snapshot/build.hpp"
#include "control/keys/static_key.hpp"

namespace ropewalk::control::keys {

/// What seals packets in one direction.
struct DirectionKeys {
    config::Secret<32> key{};  ///< AES-128 uses the first 16 bytes
    config::Secret<4> salt{};
    std::uint32_t spi = 0;     ///< above 255: lower ones are reserved (RFC 4303 section 2.1)
    std::uint64_t key_id = 0;  ///< fingerprint, may be shown
};

/// HKDF-SHA256 (RFC 5869) of the static key with salt "ropewalk static key 1" and info "FROM>TO CIPHER"; 48 bytes:
/// key 32 | salt 4 | SPI 4 | key id 8, numbers big-endian. Both gateways get the same by naming the same direction.
Result<DirectionKeys> derive(const StaticKey& key, const std::string& from, const std::string& to,
                             config::Cipher cipher);

/// Keys of both directions of a tunnel between `gateway` and the tunnel's peer.
Result<config::snapshot::TunnelKeys> derive_tunnel_keys(const StaticKey& key, const std::string& gateway,
                                                        const config::schema::Tunnel& tunnel);

}  // namespace ropewalk::control::keys
