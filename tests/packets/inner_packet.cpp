#include "tests/packets/inner_packet.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <stdexcept>

#include "tests/packets/internet_checksum.hpp"

namespace ropewalk::tests::packets {
namespace {

constexpr std::uint8_t protocol_icmp = 1, protocol_tcp = 6, protocol_udp = 17, protocol_icmpv6 = 58;

bool is_v6(const IpFields& fields) {
    return fields.source.find(':') != std::string::npos;
}

}  // namespace

IpFields v6_fields() {
    IpFields fields;
    fields.source = "2001:db8:1::1";
    fields.destination = "2001:db8:1::2";
    return fields;
}

Bytes address_bytes(const std::string& text) {
    const bool v6 = text.find(':') != std::string::npos;
    Bytes bytes(v6 ? 16 : 4);
    if (inet_pton(v6 ? AF_INET6 : AF_INET, text.c_str(), bytes.data()) != 1) throw std::invalid_argument(text);
    return bytes;
}

Bytes ip_packet(const IpFields& fields, const Bytes& payload) {
    if (is_v6(fields)) {
        const std::uint32_t first = 6U << 28 | static_cast<std::uint32_t>(fields.traffic_class) << 20;
        return joined({be32(first), be16(static_cast<std::uint16_t>(payload.size())), Bytes{fields.protocol, 64},
                       address_bytes(fields.source), address_bytes(fields.destination), payload});
    }
    Bytes header = joined({Bytes{0x45, fields.traffic_class}, be16(static_cast<std::uint16_t>(20 + payload.size())),
                           be16(0x1234), be16(fields.flags_fragment), Bytes{64, fields.protocol}, be16(0),
                           address_bytes(fields.source), address_bytes(fields.destination)});
    set_be16(header, 10, internet_checksum(header));
    return joined({header, payload});
}

Bytes udp_datagram(std::uint16_t source_port, std::uint16_t destination_port, const Bytes& payload) {
    return joined({be16(source_port), be16(destination_port), be16(static_cast<std::uint16_t>(8 + payload.size())),
                   be16(0), payload});
}

Bytes packet_of_size(const IpFields& fields, std::size_t size, std::uint64_t seed) {
    const std::size_t payload = size - (is_v6(fields) ? 40 : 20);
    if (payload < 8 || fields.protocol != protocol_udp) return ip_packet(fields, pattern(payload, seed));
    return ip_packet(fields, udp_datagram(5000, 5001, pattern(payload - 8, seed)));
}

Bytes with_extension_headers(const Bytes& packet, const std::vector<ExtensionHeader>& headers) {
    constexpr std::ptrdiff_t ip_bytes = 40;
    constexpr std::size_t length_at = 4, next_header_at = 6;
    Bytes all(packet.begin(), packet.begin() + ip_bytes);
    std::size_t announced_at = next_header_at;
    for (const ExtensionHeader& header : headers) {
        all[announced_at] = header.protocol;
        announced_at = all.size();
        Bytes bytes(header.size);
        if (header.protocol == fragment_header)
            set_be16(bytes, 2, header.fragment);
        else
            bytes[1] = static_cast<std::uint8_t>(header.size / 8 - 1);
        all.insert(all.end(), bytes.begin(), bytes.end());
    }
    all[announced_at] = packet[next_header_at];
    all.insert(all.end(), packet.begin() + ip_bytes, packet.end());
    set_be16(all, length_at, static_cast<std::uint16_t>(all.size() - ip_bytes));
    return all;
}

Bytes icmp_error(IpFields fields, std::uint8_t type, const Bytes& quoted) {
    fields.protocol = is_v6(fields) ? protocol_icmpv6 : protocol_icmp;
    Bytes icmp = joined({Bytes{type, 0}, be16(0), be32(0), quoted});
    if (is_v6(fields))
        set_be16(icmp, 2, internet_checksum(with_pseudo_header(ip_packet(fields, icmp))));
    else
        set_be16(icmp, 2, internet_checksum(icmp));
    return ip_packet(fields, icmp);
}

Bytes tcp_packet(IpFields fields, std::uint8_t flags, Bytes options) {
    constexpr std::uint8_t option_nop = 1;
    while (options.size() % 4 != 0) options.insert(options.begin(), option_nop);
    const auto offset = static_cast<std::uint8_t>((20 + options.size()) / 4 << 4);
    fields.protocol = protocol_tcp;
    Bytes packet = ip_packet(fields, joined({be16(40000), be16(80), be32(0x01020304), be32(0), Bytes{offset, flags},
                                             be16(64240), be16(0), be16(0), options}));
    set_be16(packet, (is_v6(fields) ? 40 : 20) + 16, internet_checksum(with_pseudo_header(packet)));
    return packet;
}

}  // namespace ropewalk::tests::packets
