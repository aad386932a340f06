#include "tests/lab/wanem/ip_frame.hpp"

#include "tests/lab/wanem/header_at.hpp"

namespace ropewalk::tests::lab::wanem {

using namespace dataplane::packet;

namespace {

constexpr std::uint16_t ether_type_arp = 0x0806;
constexpr std::uint8_t fragment_header = 44;

std::uint16_t ether_type_of(std::span<const std::uint8_t> frame) {
    if (frame.size() < sizeof(EthernetHeader)) return 0;
    return header_at<EthernetHeader>(frame, 0).ether_type.host();
}

std::optional<IpFrame> read_ipv4(std::span<const std::uint8_t> packet) {
    if (packet.size() < sizeof(Ipv4Header)) return std::nullopt;
    const auto& ip = header_at<Ipv4Header>(packet, 0);
    const std::size_t header = ip.header_length(), total = ip.total_length.host();
    if (ip.version() != 4 || header < sizeof(Ipv4Header) || total < header || total > packet.size())
        return std::nullopt;
    IpFrame found;
    found.protocol = ip.protocol;
    found.dont_fragment = ip.dont_fragment();
    found.is_fragment = ip.is_fragment();
    found.transport_at = IpFrame::network_at + header;
    found.end = IpFrame::network_at + total;
    return found;
}

std::optional<IpFrame> read_ipv6(std::span<const std::uint8_t> packet) {
    if (packet.size() < sizeof(Ipv6Header)) return std::nullopt;
    const auto& ip = header_at<Ipv6Header>(packet, 0);
    const std::size_t total = sizeof(Ipv6Header) + ip.payload_length.host();
    if (ip.version() != 6 || total > packet.size()) return std::nullopt;
    IpFrame found;
    found.family = Family::ipv6;
    found.protocol = ip.next_header;
    found.dont_fragment = true;
    found.is_fragment = found.protocol == fragment_header;
    found.transport_at = IpFrame::network_at + sizeof(Ipv6Header);
    found.end = IpFrame::network_at + total;
    return found;
}

}  // namespace

std::optional<IpFrame> read_ip_frame(std::span<const std::uint8_t> frame) {
    switch (ether_type_of(frame)) {
        case ether_type_ipv4:
            return read_ipv4(frame.subspan(IpFrame::network_at));
        case ether_type_ipv6:
            return read_ipv6(frame.subspan(IpFrame::network_at));
        default:
            return std::nullopt;
    }
}

bool is_neighbour_discovery(std::span<const std::uint8_t> frame) {
    if (ether_type_of(frame) == ether_type_arp) return true;
    const std::optional<IpFrame> found = read_ip_frame(frame);
    if (!found || found->protocol != protocol_icmpv6 || found->end <= found->transport_at) return false;
    const std::uint8_t type = frame[found->transport_at];
    return type >= 133 && type <= 137;
}

}  // namespace ropewalk::tests::lab::wanem
