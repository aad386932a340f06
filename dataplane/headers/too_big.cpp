#include "dataplane/headers/too_big.hpp"

#include <algorithm>

#include "dataplane/packet/checksum.hpp"
#include "dataplane/packet/headers.hpp"

namespace ropewalk::dataplane::headers {

using namespace packet;

namespace {

constexpr std::uint8_t icmp_unreachable = 3, icmp_fragmentation_needed = 4;
constexpr std::uint8_t icmpv6_packet_too_big = 2, icmpv6_first_informational = 128, icmpv6_redirect = 137;
constexpr std::uint16_t icmp_largest = 576, icmpv6_largest = 1280;
constexpr std::uint8_t hop_limit = 64;

bool is_icmp_error(const Packet& packet, const InnerHeader& inner) {
    const std::uint8_t type = *packet.at<std::uint8_t>(inner.header_size);
    if (inner.protocol == protocol_icmp) return type != 0 && type != 8 && (type < 13 || type > 18);
    return inner.protocol == protocol_icmpv6 && (type < icmpv6_first_informational || type == icmpv6_redirect);
}

bool may_answer_v4(const Ipv4Header& ip) {
    const std::uint32_t source = ip.source.host();
    const std::uint32_t destination = ip.destination.host();
    // Class D is multicast; class E, the broadcast address in it, is nobody's.
    const bool source_is_host = source >> 24 != 0 && source >> 24 != 127 && source >> 28 < 0xe;
    return ip.dont_fragment() && source_is_host && destination >> 28 != 0xe && ~destination != 0;
}

bool may_answer_v6(const Ipv6Header& ip) {
    constexpr std::uint64_t loopback = 1;
    const bool source_is_host =
        ip.source_high.host() >> 56 != 0xff && (ip.source_high.host() != 0 || ip.source_low.host() > loopback);
    return source_is_host && ip.destination_high.host() >> 56 != 0xff;
}

void answer_v4(Packet& packet, std::uint16_t mtu) {
    const Ipv4Header offender = *packet.at<Ipv4Header>(0);
    const std::uint16_t headers = sizeof(Ipv4Header) + sizeof(IcmpHeader);
    packet.set_size(std::min<std::uint16_t>(packet.size(), icmp_largest - headers));
    packet.grow_front(headers);

    auto& ip = *packet.at<Ipv4Header>(0);
    ip = {};
    ip.version_ihl = 0x45;
    ip.total_length = packet.size();
    ip.time_to_live = hop_limit;
    ip.protocol = protocol_icmp;
    ip.source = offender.destination;
    ip.destination = offender.source;
    ip.checksum = Be16::from_raw(static_cast<std::uint16_t>(~sum_of(&ip, sizeof ip)));

    auto& icmp = *packet.at<IcmpHeader>(sizeof ip);
    icmp = {icmp_unreachable, icmp_fragmentation_needed, Be16(std::uint16_t{0}), Be32(std::uint32_t{mtu})};
    icmp.checksum = Be16::from_raw(static_cast<std::uint16_t>(~sum_of(&icmp, packet.size() - sizeof ip)));
}

void answer_v6(Packet& packet, std::uint16_t mtu) {
    const Ipv6Header offender = *packet.at<Ipv6Header>(0);
    const std::uint16_t headers = sizeof(Ipv6Header) + sizeof(IcmpHeader);
    packet.set_size(std::min<std::uint16_t>(packet.size(), icmpv6_largest - headers));
    packet.grow_front(headers);

    auto& ip = *packet.at<Ipv6Header>(0);
    const auto payload = static_cast<std::uint16_t>(packet.size() - sizeof ip);
    ip.version_class_label = 6U << 28;
    ip.payload_length = payload;
    ip.next_header = protocol_icmpv6;
    ip.hop_limit = hop_limit;
    ip.source_high = offender.destination_high;
    ip.source_low = offender.destination_low;
    ip.destination_high = offender.source_high;
    ip.destination_low = offender.source_low;

    auto& icmp = *packet.at<IcmpHeader>(sizeof ip);
    icmp = {icmpv6_packet_too_big, 0, Be16(std::uint16_t{0}), Be32(std::uint32_t{mtu})};
    const std::uint64_t pseudo =
        std::uint64_t{sum_of(&ip.source_high, 32)} + Be16(payload).raw() + Be16(std::uint16_t{protocol_icmpv6}).raw();
    icmp.checksum = Be16::from_raw(static_cast<std::uint16_t>(~fold(pseudo + sum_of(&icmp, payload))));
}

}  // namespace

bool may_answer_too_big(const Packet& packet, const InnerHeader& inner) {
    constexpr std::uint16_t longest_answer = sizeof(Ipv6Header) + sizeof(IcmpHeader);
    if (!inner.has_upper_layer || packet.headroom() < longest_answer || packet.size() <= inner.header_size)
        return false;
    if (is_icmp_error(packet, inner)) return false;
    return inner.version == 4 ? may_answer_v4(*packet.at<Ipv4Header>(0)) : may_answer_v6(*packet.at<Ipv6Header>(0));
}

void turn_into_too_big(Packet& packet, std::uint8_t version, std::uint16_t mtu) {
    if (version == 4)
        answer_v4(packet, mtu);
    else
        answer_v6(packet, mtu);
}

}  // namespace ropewalk::dataplane::headers
