#include "dataplane/eal/coalescer.hpp"

#include <cstring>

#include "dataplane/eal/transport_checksum.hpp"

namespace ropewalk::dataplane::eal {

using packet::Be16;
using packet::Ipv4Header;
using packet::Ipv6Header;
using packet::Packet;
using packet::TcpHeader;
using packet::UdpHeader;

namespace {

constexpr std::uint8_t fin = 0x01, push = 0x08, acknowledges = 0x10, congestion_echo = 0x40;
/// Flags that a joined segment may carry; these two end what it joins.
constexpr std::uint8_t joinable_flags = acknowledges | push | fin | congestion_echo, ending_flags = push | fin;

/// Flows that a burst is searched for; those beyond go by themselves or find their group closed.
constexpr unsigned open_groups = 8;

std::uint16_t ip_size_of(const std::uint8_t* ip) {
    return ip[0] >> 4 == 4 ? sizeof(Ipv4Header) : sizeof(Ipv6Header);
}

}  // namespace

/// What is known of a packet that might be joined.
struct Coalescer::Candidate {
    std::uint8_t protocol;
    std::uint16_t transport_at, headers, payload;
    bool is_joinable;  ///< false for a packet of a flow that must stand alone: what comes after must not overtake it
};

bool Coalescer::read(const Packet& packet, Candidate& candidate) const {
    const std::uint16_t size = packet.size();
    const std::uint16_t at = rules_.ip_at;
    if (size < at + sizeof(Ipv4Header)) return false;
    const std::uint8_t* ip = packet.data() + at;
    std::uint32_t total;
    if (ip[0] == 0x45) {
        const auto& header = *reinterpret_cast<const Ipv4Header*>(ip);
        if (header.is_fragment()) return false;
        candidate.protocol = header.protocol;
        total = header.total_length.host();
    } else if (ip[0] >> 4 == 6 && size >= at + sizeof(Ipv6Header)) {
        const auto& header = *reinterpret_cast<const Ipv6Header*>(ip);
        candidate.protocol = header.next_header;
        total = header.payload_length.host() + std::uint32_t{sizeof(Ipv6Header)};
    } else {
        return false;
    }
    if (at + total != size) return false;
    candidate.transport_at = static_cast<std::uint16_t>(at + ip_size_of(ip));
    if (candidate.protocol == packet::protocol_tcp && rules_.joins_tcp) {
        if (size < candidate.transport_at + sizeof(TcpHeader)) return false;
        const auto& tcp = *packet.at<TcpHeader>(candidate.transport_at);
        candidate.headers = static_cast<std::uint16_t>(candidate.transport_at + tcp.header_length());
        if (tcp.header_length() < sizeof(TcpHeader) || candidate.headers > size) return false;
        candidate.is_joinable = (tcp.flags & ~joinable_flags) == 0 && (tcp.flags & acknowledges) != 0;
    } else if (candidate.protocol == packet::protocol_udp && rules_.joins_udp) {
        candidate.headers = static_cast<std::uint16_t>(candidate.transport_at + sizeof(UdpHeader));
        if (candidate.headers > size) return false;
        const auto& udp = *packet.at<UdpHeader>(candidate.transport_at);
        // Linux knows no joined UDP without a checksum.
        candidate.is_joinable = udp.length.host() == size - candidate.transport_at && udp.checksum.raw() != 0;
    } else {
        return false;
    }
    candidate.payload = static_cast<std::uint16_t>(size - candidate.headers);
    candidate.is_joinable = candidate.is_joinable && candidate.payload != 0;
    return true;
}

/// The same ends: Ethernet header, addresses and ports.
bool Coalescer::same_flow(const Packet& first, const Packet& packet, const Candidate& candidate) const {
    const std::uint16_t at = rules_.ip_at;
    const std::uint8_t* a = first.data();
    const std::uint8_t* b = packet.data();
    if (std::memcmp(a, b, at) != 0 || a[at] >> 4 != b[at] >> 4) return false;
    if (std::memcmp(a + candidate.transport_at, b + candidate.transport_at, 4) != 0) return false;
    return a[at] >> 4 == 4 ? std::memcmp(a + at + 12, b + at + 12, 8) == 0
                           : std::memcmp(a + at + 8, b + at + 8, 32) == 0;
}

bool Coalescer::verify(const Packet& packet, std::uint8_t protocol) const {
    if (rules_.checksums_are_right) return true;
    const std::uint8_t* ip = packet.data() + rules_.ip_at;
    const std::uint16_t ip_size = ip_size_of(ip);
    // The header's own checksum would be made right by cutting.
    if (ip_size == sizeof(Ipv4Header) && packet::sum_of(ip, sizeof(Ipv4Header)) != 0xffff) return false;
    return transport_checksum_is_right(ip, protocol, ip + ip_size,
                                       static_cast<std::uint32_t>(packet.size() - rules_.ip_at - ip_size));
}

/// Whether the packet is what cutting the group would yield next.
bool Coalescer::continues(const Group& group, std::span<Packet* const> packets, const Candidate& candidate,
                          const Packet& packet) const {
    if (candidate.headers != group.headers || candidate.payload > group.segment) return false;
    if (group.count == rules_.most_packets || group.headers + group.payload + candidate.payload > largest_super_packet)
        return false;
    const Packet& first = *packets[group.first];
    const std::uint8_t* ip = packet.data() + rules_.ip_at;
    const std::uint8_t* first_ip = first.data() + rules_.ip_at;
    if (ip[0] >> 4 == 4) {
        const auto& a = *reinterpret_cast<const Ipv4Header*>(first_ip);
        const auto& b = *reinterpret_cast<const Ipv4Header*>(ip);
        if (a.traffic_class != b.traffic_class || a.time_to_live != b.time_to_live ||
            !(a.flags_fragment == b.flags_fragment))
            return false;
        // The number means something only where a packet may be fragmented (RFC 6864 section 4).
        if (!b.dont_fragment() &&
            b.identification.host() != static_cast<std::uint16_t>(a.identification.host() + group.count))
            return false;
    } else if (std::memcmp(first_ip, ip, 4) != 0 || first_ip[7] != ip[7]) {
        return false;
    }
    if (candidate.protocol != packet::protocol_tcp) return true;
    const auto& a = *first.at<TcpHeader>(candidate.transport_at);
    const auto& b = *packet.at<TcpHeader>(candidate.transport_at);
    if (b.sequence.host() != a.sequence.host() + group.payload || !(a.acknowledgement == b.acknowledgement) ||
        a.data_offset != b.data_offset || !(a.window == b.window) || ((a.flags ^ b.flags) & ~ending_flags) != 0)
        return false;
    const auto options = static_cast<std::uint16_t>(candidate.transport_at + sizeof(TcpHeader));
    return std::memcmp(first.data() + options, packet.data() + options, candidate.headers - options) == 0;
}

std::span<const Coalescer::Group> Coalescer::plan(std::span<Packet* const> packets) {
    std::uint16_t count = 0;
    std::array<std::uint16_t, open_groups> open;
    unsigned opened = 0;
    for (std::uint16_t i = 0; i < packets.size(); ++i) {
        const Packet& packet = *packets[i];
        Candidate candidate;
        const bool is_known = read(packet, candidate);
        // A packet without ports, such as a fragment, may belong to any flow.
        if (!is_known) opened = 0;
        unsigned slot = 0;
        if (is_known)
            while (slot < opened && !(groups_[open[slot]].protocol == candidate.protocol &&
                                      same_flow(*packets[groups_[open[slot]].first], packet, candidate)))
                ++slot;
        const bool is_open = is_known && slot < opened;
        if (is_open && candidate.is_joinable) {
            Group& group = groups_[open[slot]];
            if (continues(group, packets, candidate, packet)) {
                if (!group.first_is_verified) group.first_is_verified = verify(*packets[group.first], group.protocol);
                if (group.first_is_verified && verify(packet, candidate.protocol)) {
                    next_[group.last] = i;
                    group.last = i;
                    ++group.count;
                    group.payload += candidate.payload;
                    const bool ends = candidate.payload < group.segment ||
                                      (candidate.protocol == packet::protocol_tcp &&
                                       (packet.at<TcpHeader>(candidate.transport_at)->flags & ending_flags) != 0);
                    if (ends) open[slot] = open[--opened];
                    continue;
                }
            }
        }
        if (is_open) open[slot] = open[--opened];
        groups_[count] = {i, i, 1, 0, 0, 0, 0, false};
        if (is_known && candidate.is_joinable && opened < open_groups) {
            Group& group = groups_[count];
            group.headers = candidate.headers;
            group.segment = candidate.payload;
            group.payload = candidate.payload;
            group.protocol = candidate.protocol;
            const bool ends = candidate.protocol == packet::protocol_tcp &&
                              (packet.at<TcpHeader>(candidate.transport_at)->flags & ending_flags) != 0;
            if (!ends) open[opened++] = count;
        }
        ++count;
    }
    return {groups_.data(), count};
}

OffloadHeader Coalescer::finish(const Group& group, std::span<Packet* const> packets) const {
    OffloadHeader header{};
    if (group.count == 1) return header;
    Packet& first = *packets[group.first];
    std::uint8_t* ip = first.data() + rules_.ip_at;
    const auto total = static_cast<std::uint16_t>(group.headers - rules_.ip_at + group.payload);
    set_ip_length(ip, total);
    const std::uint16_t ip_size = ip_size_of(ip);
    const auto transport_at = static_cast<std::uint16_t>(rules_.ip_at + ip_size);
    // What is left to do of the checksum is everything but the pseudo header.
    const Be16 pseudo =
        Be16::from_raw(pseudo_header_sum(ip, group.protocol, static_cast<std::uint32_t>(total - ip_size)));
    header.flags = OffloadHeader::checksum_is_partial;
    header.hdr_len = group.headers;
    header.gso_size = group.segment;
    header.csum_start = transport_at;
    if (group.protocol == packet::protocol_tcp) {
        auto& tcp = *first.at<TcpHeader>(transport_at);
        tcp.flags |= packets[group.last]->at<TcpHeader>(transport_at)->flags & ending_flags;
        tcp.checksum = pseudo;
        header.gso_type = ip_size == sizeof(Ipv4Header) ? OffloadHeader::tcp_v4 : OffloadHeader::tcp_v6;
        header.csum_offset = offsetof(TcpHeader, checksum);
    } else {
        auto& udp = *first.at<UdpHeader>(transport_at);
        udp.length = static_cast<std::uint16_t>(total - ip_size);
        udp.checksum = pseudo;
        header.gso_type = OffloadHeader::udp_datagrams;
        header.csum_offset = offsetof(UdpHeader, checksum);
    }
    return header;
}

}  // namespace ropewalk::dataplane::eal
