#include "perf/wan/udp_frame.hpp"

#include <algorithm>
#include <array>

#include "perf/wan/internet_checksum.hpp"

namespace ropewalk::perf::wan {
namespace {

constexpr std::size_t ipv4_checksum_at = IpFrame::network_at + 10;

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
    const std::size_t start = place_.transport_at + 8;
    return frame_.subspan(start, place_.end - start);
}

void UdpFrame::fix_checksum() {
    std::uint8_t* const field = &frame_[checksum_at()];
    if (load_be16(field) == 0) return;
    store_be16(field, 0);
    const auto udp = frame_.subspan(place_.transport_at, place_.end - place_.transport_at);
    InternetChecksum sum;
    sum.add(frame_.subspan(place_.source_at(), 2 * place_.address_size()));
    sum.add(place_.protocol);
    sum.add(static_cast<std::uint16_t>(udp.size()));
    sum.add(udp);
    store_be16(field, as_udp_checksum(sum.value()));
}

Endpoint UdpFrame::endpoint_at(std::size_t address_at, std::size_t port_at) const {
    Endpoint found;
    found.address.family = place_.family;
    std::ranges::copy(frame_.subspan(address_at, place_.address_size()), found.address.bytes.begin());
    found.udp_port = load_be16(&frame_[port_at]);
    return found;
}

void UdpFrame::replace(const Endpoint& to, std::size_t address_at, std::size_t port_at) {
    const std::span address(to.address.bytes.data(), place_.address_size());
    if (place_.family == Family::ipv4) {
        std::uint8_t* const field = &frame_[ipv4_checksum_at];
        store_be16(field,
                   InternetChecksum::replaced(load_be16(field), frame_.subspan(address_at, address.size()), address));
    }
    overwrite(address_at, address);
    std::array<std::uint8_t, 2> port{};
    store_be16(port.data(), to.udp_port);
    overwrite(port_at, port);
}

void UdpFrame::overwrite(std::size_t at, std::span<const std::uint8_t> bytes) {
    std::uint8_t* const field = &frame_[checksum_at()];
    const auto before = frame_.subspan(at, bytes.size());
    if (const std::uint16_t checksum = load_be16(field)) {
        store_be16(field, as_udp_checksum(InternetChecksum::replaced(checksum, before, bytes)));
    }
    std::ranges::copy(bytes, before.begin());
}

}  // namespace ropewalk::perf::wan
