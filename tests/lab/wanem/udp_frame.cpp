#include "tests/lab/wanem/udp_frame.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "tests/lab/wanem/internet_checksum.hpp"

namespace ropewalk::tests::lab::wanem {
namespace {

/// A computed zero is sent as all ones, because zero says that there is none (RFC 768).
std::uint16_t as_udp_checksum(std::uint16_t value) {
    return value == 0 ? std::uint16_t{0xffff} : value;
}

}  // namespace

std::optional<UdpFrame> UdpFrame::in(std::span<std::uint8_t> frame) {
    const std::optional<IpFrame> place = read_ip_frame(frame);
    return place && place->has_udp_header() ? std::optional(UdpFrame(frame, *place)) : std::nullopt;
}

std::span<std::uint8_t> UdpFrame::payload() const {
    const std::size_t start = place_.transport_at + sizeof(UdpHeader);
    return frame_.subspan(start, place_.end - start);
}

void UdpFrame::fix_checksum() {
    Be16& field = checksum();
    if (field.host() == 0) return;
    field = 0;
    const auto udp = frame_.subspan(place_.transport_at, place_.end - place_.transport_at);
    InternetChecksum sum;
    sum.add(frame_.subspan(place_.source_at(), 2 * place_.address_size()));
    sum.add(place_.protocol);
    sum.add(static_cast<std::uint16_t>(udp.size()));
    sum.add(udp);
    field = as_udp_checksum(sum.value());
}

Endpoint UdpFrame::endpoint_at(std::size_t address_at, std::size_t port_at) const {
    Endpoint found;
    found.address.family = place_.family;
    std::ranges::copy(frame_.subspan(address_at, place_.address_size()), found.address.bytes.begin());
    found.udp_port = header_at<Be16>(frame_, port_at).host();
    return found;
}

void UdpFrame::replace(const Endpoint& to, std::size_t address_at, std::size_t port_at) {
    const std::span address(to.address.bytes.data(), place_.address_size());
    if (place_.family == Family::ipv4) {
        Be16& field = writable_at<Ipv4Header>(frame_, IpFrame::network_at).checksum;
        field = InternetChecksum::replaced(field.host(), frame_.subspan(address_at, address.size()), address);
    }
    overwrite(address_at, address);
    overwrite(port_at, std::bit_cast<std::array<std::uint8_t, sizeof(Be16)>>(Be16(to.udp_port)));
}

void UdpFrame::overwrite(std::size_t at, std::span<const std::uint8_t> bytes) {
    Be16& field = checksum();
    const auto before = frame_.subspan(at, bytes.size());
    if (field.host() != 0) field = as_udp_checksum(InternetChecksum::replaced(field.host(), before, bytes));
    std::ranges::copy(bytes, before.begin());
}

}  // namespace ropewalk::tests::lab::wanem
