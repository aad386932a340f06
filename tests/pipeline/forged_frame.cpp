#include "tests/pipeline/forged_frame.hpp"

#include "tests/packets/internet_checksum.hpp"
#include "tests/packets/reference_gcm.hpp"

namespace ropewalk::tests::pipeline {

using packets::be16;
using packets::be32;
using packets::be64;
using packets::Bytes;
using packets::joined;
using packets::set_be16;

namespace {

constexpr std::size_t ethernet = 14, udp_header = 8, esp_header = 16;

std::size_t ip_header(const GatewayShape& shape) {
    return shape.outer == 4 ? 20 : 40;
}

Bytes key_for(const config::snapshot::TunnelKeys& keys, const std::string& cipher) {
    return {keys.tx_key.begin(), keys.tx_key.begin() + (cipher == "aes-256-gcm" ? 32 : 16)};
}

Bytes nonce_of(const config::snapshot::TunnelKeys& keys, std::uint64_t sequence) {
    return joined({Bytes(keys.tx_salt.begin(), keys.tx_salt.end()), be64(sequence)});
}

Bytes aad_of(const config::snapshot::TunnelKeys& keys, std::uint64_t sequence) {
    return joined({be32(keys.tx_spi), be64(sequence)});
}

}  // namespace

Bytes forged_esp(const config::snapshot::TunnelKeys& keys, const std::string& cipher, std::uint64_t sequence,
                 const Bytes& plaintext) {
    return joined(
        {be32(keys.tx_spi), be32(static_cast<std::uint32_t>(sequence)), be64(sequence),
         packets::reference_seal(key_for(keys, cipher), nonce_of(keys, sequence), aad_of(keys, sequence), plaintext)});
}

std::optional<Bytes> opened_esp(const config::snapshot::TunnelKeys& keys, const std::string& cipher, const Bytes& esp) {
    const std::uint64_t sequence = packets::read_be64(esp, 8);
    return packets::reference_open(key_for(keys, cipher), nonce_of(keys, sequence), aad_of(keys, sequence),
                                   Bytes(esp.begin() + esp_header, esp.end()));
}

Frame forged_frame(const GatewayShape& shape, unsigned path, const Bytes& udp_payload) {
    packets::IpFields fields;
    fields.source = edge_address(shape, path);
    fields.destination = hub_address(shape, path);
    const Bytes ether_type = shape.outer == 4 ? Bytes{0x08, 0x00} : Bytes{0x86, 0xdd};
    const bool shared = shape.ports == GatewayShape::Ports::shared;
    return {static_cast<std::uint16_t>(shared ? 0 : path - 1),
            joined({Bytes{2, 0, 0, 0, 0, 1}, Bytes{2, 0, 0, 0, 0, 2}, ether_type,
                    packets::ip_packet(fields, packets::udp_datagram(4500, 4500, udp_payload))})};
}

Bytes forged_copy_header(const GatewayShape& shape, unsigned path, std::uint32_t path_sequence) {
    if (shape.wire == "esp") return {};
    return joined({Bytes{static_cast<std::uint8_t>(path), 0x01, static_cast<std::uint8_t>(path_sequence >> 16)},
                   be16(static_cast<std::uint16_t>(path_sequence)), Bytes(3)});
}

void repair_lengths(const GatewayShape& shape, Frame& frame) {
    const auto ip = static_cast<std::uint16_t>(frame.bytes.size() - ethernet);
    const auto udp = static_cast<std::uint16_t>(ip - ip_header(shape));
    set_be16(frame.bytes, ethernet + ip_header(shape) + 4, udp);
    if (shape.outer == 6) return set_be16(frame.bytes, ethernet + 4, udp);
    set_be16(frame.bytes, ethernet + 2, ip);
    set_be16(frame.bytes, ethernet + 10, 0);
    set_be16(frame.bytes, ethernet + 10, packets::internet_checksum(std::span(frame.bytes).subspan(ethernet, 20)));
}

}  // namespace ropewalk::tests::pipeline
