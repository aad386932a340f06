#include "tests/packets/super_packets.hpp"

#include "tests/packets/inner_packet.hpp"
#include "tests/packets/internet_checksum.hpp"

namespace ropewalk::tests::packets {
namespace {

constexpr std::uint8_t tcp = 6, udp = 17;

void write_be16(Bytes& bytes, std::size_t at, std::uint16_t value) {
    bytes[at] = static_cast<std::uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<std::uint8_t>(value);
}

Bytes in_ip(const Segment& segment, std::uint8_t protocol, const Bytes& transport) {
    IpFields fields = segment.is_v6 ? v6_fields() : IpFields{};
    fields.protocol = protocol;
    fields.traffic_class = segment.traffic_class;
    fields.flags_fragment = segment.dont_fragment ? 0x4000 : 0;
    Bytes packet = ip_packet(fields, transport);
    packet[segment.is_v6 ? 7 : 8] = segment.time_to_live;
    if (!segment.is_v6) {
        write_be16(packet, 4, segment.identification);
        write_be16(packet, 10, 0);
        write_be16(packet, 10, internet_checksum(std::span(packet).first(20)));
    }
    return packet;
}

Bytes tcp_header(const Segment& segment) {
    return joined({be16(segment.source_port),
                   be16(80),
                   be32(segment.sequence),
                   be32(segment.acknowledgement),
                   {0x80, segment.flags},
                   be16(segment.window),
                   be16(0),
                   be16(0),
                   from_hex("0101080a"),
                   be32(segment.timestamp),
                   be32(9)});
}

Bytes udp_header(const Segment& segment, std::size_t payload) {
    return joined({be16(segment.source_port), be16(53), be16(static_cast<std::uint16_t>(8 + payload)), be16(0)});
}

Bytes with_checksum(Bytes packet, bool is_v6, std::size_t field) {
    const std::size_t at = (is_v6 ? 40U : 20U) + field;
    const std::uint16_t sum = internet_checksum(with_pseudo_header(packet));
    write_be16(packet, at, sum == 0 && field == 6 ? 0xffff : sum);
    return packet;
}

/// What with_pseudo_header() puts before the transport header, summed up; the field is left for the kernel to do.
SuperOf for_the_kernel(Bytes packet, bool is_v6, std::uint8_t protocol, std::size_t transport_header,
                       std::uint16_t segment) {
    const std::size_t ip = is_v6 ? 40 : 20, field = protocol == tcp ? 16 : 6;
    const Bytes whole = with_pseudo_header(packet);
    const std::size_t pseudo = whole.size() - (packet.size() - ip);
    write_be16(packet, ip + field, static_cast<std::uint16_t>(~internet_checksum(std::span(whole).first(pseudo))));
    OffloadHeader header{};
    header.flags = OffloadHeader::checksum_is_partial;
    header.gso_type = protocol == udp ? OffloadHeader::udp_datagrams
                      : is_v6         ? OffloadHeader::tcp_v6
                                      : OffloadHeader::tcp_v4;
    header.hdr_len = static_cast<std::uint16_t>(ip + transport_header);
    header.gso_size = segment;
    header.csum_start = static_cast<std::uint16_t>(ip);
    header.csum_offset = static_cast<std::uint16_t>(field);
    return {header, packet};
}

}  // namespace

SuperOf super_tcp(bool is_v6, std::uint8_t flags, const Bytes& payload, std::uint16_t segment) {
    Segment whole;
    whole.is_v6 = is_v6;
    whole.flags = flags;
    whole.identification = 500;
    return for_the_kernel(in_ip(whole, tcp, joined({tcp_header(whole), payload})), is_v6, tcp, 32, segment);
}

SuperOf super_udp(bool is_v6, const Bytes& payload, std::uint16_t segment) {
    Segment whole;
    whole.is_v6 = is_v6;
    return for_the_kernel(in_ip(whole, udp, joined({udp_header(whole, payload.size()), payload})), is_v6, udp, 8,
                          segment);
}

Bytes tcp_segment(const Segment& segment, const Bytes& payload) {
    return with_checksum(in_ip(segment, tcp, joined({tcp_header(segment), payload})), segment.is_v6, 16);
}

Bytes udp_segment(const Segment& segment, const Bytes& payload) {
    return with_checksum(in_ip(segment, udp, joined({udp_header(segment, payload.size()), payload})), segment.is_v6, 6);
}

}  // namespace ropewalk::tests::packets
