#pragma once

#include <cstdint>

#include "config/snapshot/build.hpp"
#include "tests/packets/bytes.hpp"
#include "tests/packets/inner_packet.hpp"
#include "tests/pipeline/collecting_egress.hpp"
#include "tests/pipeline/gateway_shape.hpp"

/// Frames towards the hub that the program did not make: sealed by OpenSSL, headers written by the test.
namespace ropewalk::tests::pipeline {

/// SPI, sequence number, IV, ciphertext and ICV as RFC 4303 and RFC 4106 say; `plaintext` ends with pad length and next
/// header. `keys` are the sender's.
packets::Bytes forged_esp(const config::snapshot::TunnelKeys& keys, const std::string& cipher, std::uint64_t sequence,
                          const packets::Bytes& plaintext);

/// The same bytes opened again: the plaintext, if this is what `keys` sealed.
std::optional<packets::Bytes> opened_esp(const config::snapshot::TunnelKeys& keys, const std::string& cipher,
                                         const packets::Bytes& esp);

/// Ethernet, IP and UDP to the hub's endpoint of a path around a payload.
Frame forged_frame(const GatewayShape& shape, unsigned path, const packets::Bytes& udp_payload);

/// The copy header of path `path`; empty with `wire: esp`.
packets::Bytes forged_copy_header(const GatewayShape& shape, unsigned path, std::uint32_t path_sequence);

/// Sets the lengths of IP and UDP, and the IPv4 checksum, to what the frame's size says.
void repair_lengths(const GatewayShape& shape, Frame& frame);

}  // namespace ropewalk::tests::pipeline
