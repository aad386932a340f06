#pragma once

#include <array>
#include <cstdint>

#include "dataplane/packet/big_endian.hpp"

/// The headers a gateway reads and writes, as they lie on the wire: packed, unaligned, big-endian.
namespace ropewalk::dataplane::packet {

struct [[gnu::packed]] EthernetHeader {
    std::array<std::uint8_t, 6> destination, source;
    Be16 ether_type;
};

/// RFC 791
struct [[gnu::packed]] Ipv4Header {
    std::uint8_t version_ihl;
    std::uint8_t traffic_class;  ///< DSCP 6 bits, ECN 2 bits
    Be16 total_length;
    Be16 identification;
    Be16 flags_fragment;
    std::uint8_t time_to_live;
    std::uint8_t protocol;
    Be16 checksum;
    Be32 source, destination;

    std::uint8_t version() const { return version_ihl >> 4; }
    std::uint16_t header_length() const { return static_cast<std::uint16_t>((version_ihl & 0xf) * 4); }
    bool is_fragment() const { return (flags_fragment.host() & 0x3fff) != 0; }
    bool dont_fragment() const { return (flags_fragment.host() & 0x4000) != 0; }
};

/// RFC 8200
struct [[gnu::packed]] Ipv6Header {
    Be32 version_class_label;
    Be16 payload_length;
    std::uint8_t next_header;
    std::uint8_t hop_limit;
    Be64 source_high, source_low, destination_high, destination_low;

    std::uint8_t version() const { return static_cast<std::uint8_t>(version_class_label.host() >> 28); }
    std::uint8_t traffic_class() const { return static_cast<std::uint8_t>(version_class_label.host() >> 20); }
    void set_traffic_class(std::uint8_t value) {
        version_class_label = (version_class_label.host() & 0xf00fffffU) | static_cast<std::uint32_t>(value) << 20;
    }
};

/// RFC 768
struct [[gnu::packed]] UdpHeader {
    Be16 source_port, destination_port;
    Be16 length;
    Be16 checksum;
};

/// RFC 9293
struct [[gnu::packed]] TcpHeader {
    Be16 source_port, destination_port;
    Be32 sequence, acknowledgement;
    std::uint8_t data_offset;
    std::uint8_t flags;
    Be16 window, checksum, urgent;

    std::uint16_t header_length() const { return static_cast<std::uint16_t>((data_offset >> 4) * 4); }
};

/// RFC 792 and RFC 4443: type, code, checksum and four bytes whose meaning depends on the type.
struct [[gnu::packed]] IcmpHeader {
    std::uint8_t type, code;
    Be16 checksum;
    Be32 rest;
};

/// RFC 4303 section 2 with the explicit IV of RFC 4106 section 3.1.
struct [[gnu::packed]] EspHeader {
    Be32 spi;
    Be32 sequence_low;
    Be64 iv;  ///< the whole 64-bit sequence number
};

/// Stands between UDP and ESP in wire format `ropewalk`; outside the seal, so it feeds statistics only.
struct [[gnu::packed]] CopyHeader {
    std::uint8_t path_id;
    std::uint8_t flags;                    ///< never zero, so that no copy begins like a handshake
    std::array<std::uint8_t, 3> sequence;  ///< of this path and UDP port, big-endian
    std::array<std::uint8_t, 3> tx_time;   ///< units of 50 us, big-endian
};

static_assert(sizeof(EthernetHeader) == 14 && sizeof(Ipv4Header) == 20 && sizeof(Ipv6Header) == 40);
static_assert(sizeof(UdpHeader) == 8 && sizeof(TcpHeader) == 20 && sizeof(IcmpHeader) == 8);
static_assert(sizeof(EspHeader) == 16 && sizeof(CopyHeader) == 8);

inline constexpr std::uint16_t ether_type_ipv4 = 0x0800;
inline constexpr std::uint16_t ether_type_ipv6 = 0x86dd;
inline constexpr std::uint8_t protocol_icmp = 1;
inline constexpr std::uint8_t protocol_ipv4 = 4;
inline constexpr std::uint8_t protocol_tcp = 6;
inline constexpr std::uint8_t protocol_udp = 17;
inline constexpr std::uint8_t protocol_fragment = 44;  ///< IPv6 fragment header
inline constexpr std::uint8_t protocol_ipv6 = 41;
inline constexpr std::uint8_t protocol_icmpv6 = 58;
/// No next header (RFC 4303 section 2.6): control messages of ours, dummies of others.
inline constexpr std::uint8_t protocol_none = 59;

inline constexpr std::uint8_t copy_flags_present = 0x01;
/// Copies of the same packet were made for other paths, too.
inline constexpr std::uint8_t copy_flags_accompanied = 0x80;
inline constexpr std::uint16_t icv_bytes = 16;
inline constexpr std::uint8_t ecn_mask = 0x03;
inline constexpr std::uint8_t ecn_not_capable = 0x00, ecn_capable_1 = 0x01, ecn_capable_0 = 0x02, ecn_congested = 0x03;

/// Reads a 24-bit big-endian field.
constexpr std::uint32_t read_be24(const std::array<std::uint8_t, 3>& bytes) {
    return static_cast<std::uint32_t>(bytes[0]) << 16 | static_cast<std::uint32_t>(bytes[1]) << 8 | bytes[2];
}

/// Writes the low 24 bits of a number.
constexpr void write_be24(std::array<std::uint8_t, 3>& bytes, std::uint32_t value) {
    bytes = {static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 8),
             static_cast<std::uint8_t>(value)};
}

}  // namespace ropewalk::dataplane::packet
