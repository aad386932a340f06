#include "tests/lab/wanem/too_big_answer.hpp"

#include <algorithm>

#include "tests/lab/wanem/header_at.hpp"
#include "tests/lab/wanem/internet_checksum.hpp"
#include "tests/lab/wanem/ip_frame.hpp"

namespace ropewalk::tests::lab::wanem {

using namespace dataplane::packet;

namespace {

constexpr std::uint8_t icmp_unreachable = 3, icmp_fragmentation_needed = 4, icmp_time_exceeded = 11,
                       icmp_parameter_problem = 12;
constexpr std::uint8_t icmpv6_packet_too_big = 2, icmpv6_first_informational = 128;
constexpr std::uint8_t hop_limit = 64;
/// Of the whole answer: RFC 1812 section 4.3.2.3 and RFC 4443 section 2.4 (c).
constexpr std::size_t largest_ipv4 = 576, largest_ipv6 = 1280;

bool is_icmp_error(std::span<const std::uint8_t> frame, const IpFrame& place) {
    if (place.end <= place.transport_at) return false;
    const std::uint8_t type = frame[place.transport_at];
    if (place.protocol == protocol_icmp)
        return type == icmp_unreachable || type == icmp_time_exceeded || type == icmp_parameter_problem;
    return place.protocol == protocol_icmpv6 && type < icmpv6_first_informational;
}

bool may_be_answered(std::span<const std::uint8_t> frame, const IpFrame& place) {
    const bool to_group = (frame[0] & 1U) != 0 ||
                          (place.family == Family::ipv6 && frame[place.destination_at()] == 0xff) ||
                          (place.family == Family::ipv4 && frame[place.destination_at()] >= 224);
    return place.dont_fragment && !to_group && !is_icmp_error(frame, place);
}

/// The frame's ends exchanged, room for `header` bytes of IP and the ICMP header, then the packet's beginning.
std::vector<std::uint8_t> answer_around(std::span<const std::uint8_t> frame, const IpFrame& place, std::size_t header,
                                        std::size_t largest) {
    const auto packet = frame.subspan(IpFrame::network_at, place.end - IpFrame::network_at);
    const std::size_t quoted = std::min(packet.size(), largest - header - sizeof(IcmpHeader));
    std::vector<std::uint8_t> answer(IpFrame::network_at + header + sizeof(IcmpHeader), 0);
    const auto& asked = header_at<EthernetHeader>(frame, 0);
    writable_at<EthernetHeader>(answer, 0) = {asked.source, asked.destination, asked.ether_type};
    answer.insert(answer.end(), packet.begin(), packet.begin() + static_cast<long>(quoted));
    return answer;
}

void swap_addresses(std::span<const std::uint8_t> frame, const IpFrame& place, std::vector<std::uint8_t>& answer) {
    std::copy_n(&frame[place.destination_at()], place.address_size(), &answer[place.source_at()]);
    std::copy_n(&frame[place.source_at()], place.address_size(), &answer[place.destination_at()]);
}

std::vector<std::uint8_t> answer_ipv4(std::span<const std::uint8_t> frame, const IpFrame& place, std::uint32_t mtu) {
    std::vector<std::uint8_t> answer = answer_around(frame, place, sizeof(Ipv4Header), largest_ipv4);
    auto& ip = writable_at<Ipv4Header>(answer, IpFrame::network_at);
    ip.version_ihl = 0x45;
    ip.total_length = static_cast<std::uint16_t>(answer.size() - IpFrame::network_at);
    ip.time_to_live = hop_limit;
    ip.protocol = protocol_icmp;
    swap_addresses(frame, place, answer);
    InternetChecksum header;
    header.add(std::span(answer).subspan(IpFrame::network_at, sizeof ip));
    ip.checksum = header.value();

    const std::size_t message_at = IpFrame::network_at + sizeof ip;
    auto& message = writable_at<IcmpHeader>(answer, message_at);
    message = {icmp_unreachable, icmp_fragmentation_needed, {}, Be32(std::min(mtu, 65535U))};
    InternetChecksum sum;
    sum.add(std::span(answer).subspan(message_at));
    message.checksum = sum.value();
    return answer;
}

std::vector<std::uint8_t> answer_ipv6(std::span<const std::uint8_t> frame, const IpFrame& place, std::uint32_t mtu) {
    std::vector<std::uint8_t> answer = answer_around(frame, place, sizeof(Ipv6Header), largest_ipv6);
    auto& ip = writable_at<Ipv6Header>(answer, IpFrame::network_at);
    const std::size_t message_at = IpFrame::network_at + sizeof ip;
    const auto length = static_cast<std::uint16_t>(answer.size() - message_at);
    ip.version_class_label = 6U << 28;
    ip.payload_length = length;
    ip.next_header = protocol_icmpv6;
    ip.hop_limit = hop_limit;
    swap_addresses(frame, place, answer);

    auto& message = writable_at<IcmpHeader>(answer, message_at);
    message = {icmpv6_packet_too_big, 0, {}, Be32(mtu)};
    InternetChecksum sum;
    sum.add(std::span(answer).subspan(place.source_at(), 2 * place.address_size()));
    sum.add(length);
    sum.add(protocol_icmpv6);
    sum.add(std::span(answer).subspan(message_at));
    message.checksum = sum.value();
    return answer;
}

}  // namespace

std::vector<std::uint8_t> too_big_answer(std::span<const std::uint8_t> frame, std::uint32_t mtu) {
    const std::optional<IpFrame> place = read_ip_frame(frame);
    if (!place || !may_be_answered(frame, *place)) return {};
    return place->family == Family::ipv4 ? answer_ipv4(frame, *place, mtu) : answer_ipv6(frame, *place, mtu);
}

}  // namespace ropewalk::tests::lab::wanem
