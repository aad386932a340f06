#include "perf/wan/too_big_answer.hpp"

#include <algorithm>

#include "perf/wan/internet_checksum.hpp"
#include "perf/wan/ip_frame.hpp"

namespace ropewalk::perf::wan {
namespace {

constexpr std::uint8_t icmp = 1, icmpv6 = 58, hop_limit = 64;
constexpr std::size_t icmp_header = 8;
/// Of the whole answer: RFC 1812 section 4.3.2.3 and RFC 4443 section 2.4 (c).
constexpr std::size_t largest_ipv4 = 576, largest_ipv6 = 1280;

bool is_icmp_error(std::span<const std::uint8_t> frame, const IpFrame& place) {
    if (place.end <= place.transport_at) return false;
    const std::uint8_t type = frame[place.transport_at];
    if (place.protocol == icmp) return type == 3 || type == 11 || type == 12;
    return place.protocol == icmpv6 && type < 128;
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
    const std::size_t quoted = std::min(packet.size(), largest - header - icmp_header);
    std::vector<std::uint8_t> answer(IpFrame::network_at + header + icmp_header, 0);
    std::copy_n(&frame[6], 6, &answer[0]);
    std::copy_n(&frame[0], 6, &answer[6]);
    std::copy_n(&frame[12], 2, &answer[12]);
    answer.insert(answer.end(), packet.begin(), packet.begin() + static_cast<long>(quoted));
    return answer;
}

void swap_addresses(std::span<const std::uint8_t> frame, const IpFrame& place, std::vector<std::uint8_t>& answer) {
    std::copy_n(&frame[place.destination_at()], place.address_size(), &answer[place.source_at()]);
    std::copy_n(&frame[place.source_at()], place.address_size(), &answer[place.destination_at()]);
}

std::vector<std::uint8_t> answer_ipv4(std::span<const std::uint8_t> frame, const IpFrame& place, std::uint32_t mtu) {
    std::vector<std::uint8_t> answer = answer_around(frame, place, 20, largest_ipv4);
    std::uint8_t* const ip = &answer[IpFrame::network_at];
    std::uint8_t* const message = ip + 20;
    ip[0] = 0x45;
    store_be16(ip + 2, static_cast<std::uint16_t>(answer.size() - IpFrame::network_at));
    ip[8] = hop_limit;
    ip[9] = icmp;
    swap_addresses(frame, place, answer);
    InternetChecksum header;
    header.add(std::span(ip, 20));
    store_be16(ip + 10, header.value());

    message[0] = 3;
    message[1] = 4;
    store_be16(message + 6, static_cast<std::uint16_t>(std::min(mtu, 65535U)));
    InternetChecksum sum;
    sum.add(std::span<const std::uint8_t>(answer).subspan(IpFrame::network_at + 20));
    store_be16(message + 2, sum.value());
    return answer;
}

std::vector<std::uint8_t> answer_ipv6(std::span<const std::uint8_t> frame, const IpFrame& place, std::uint32_t mtu) {
    std::vector<std::uint8_t> answer = answer_around(frame, place, 40, largest_ipv6);
    std::uint8_t* const ip = &answer[IpFrame::network_at];
    std::uint8_t* const message = ip + 40;
    const auto length = static_cast<std::uint16_t>(answer.size() - IpFrame::network_at - 40);
    ip[0] = 0x60;
    store_be16(ip + 4, length);
    ip[6] = icmpv6;
    ip[7] = hop_limit;
    swap_addresses(frame, place, answer);

    message[0] = 2;
    store_be16(message + 4, static_cast<std::uint16_t>(mtu >> 16));
    store_be16(message + 6, static_cast<std::uint16_t>(mtu));
    InternetChecksum sum;
    sum.add(std::span<const std::uint8_t>(ip + 8, 32));
    sum.add(length);
    sum.add(icmpv6);
    sum.add(std::span<const std::uint8_t>(answer).subspan(IpFrame::network_at + 40));
    store_be16(message + 2, sum.value());
    return answer;
}

}  // namespace

std::vector<std::uint8_t> too_big_answer(std::span<const std::uint8_t> frame, std::uint32_t mtu) {
    const std::optional<IpFrame> place = read_ip_frame(frame);
    if (!place || !may_be_answered(frame, *place)) return {};
    return place->family == Family::ipv4 ? answer_ipv4(frame, *place, mtu) : answer_ipv6(frame, *place, mtu);
}

}  // namespace ropewalk::perf::wan
