#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "config/region/records.hpp"
#include "dataplane/packet/checksum.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/packet/packet.hpp"
#include "dataplane/view/path_view.hpp"

namespace ropewalk::dataplane::headers {

enum class OuterFamily : std::uint8_t { ipv4, ipv6 };

/// Ethernet, IP, UDP and copy header of one kind of path, as sizes known when compiling.
template <OuterFamily Family, config::Wire Wire>
struct OuterHeaders {
    static constexpr std::uint16_t ip_size =
        Family == OuterFamily::ipv4 ? sizeof(packet::Ipv4Header) : sizeof(packet::Ipv6Header);
    static constexpr std::uint16_t copy_size = config::traits_of(Wire).bytes_before_esp;
    static constexpr std::uint16_t ip_at = sizeof(packet::EthernetHeader);
    static constexpr std::uint16_t udp_at = ip_at + ip_size;
    static constexpr std::uint16_t copy_at = udp_at + sizeof(packet::UdpHeader);
    static constexpr std::uint16_t size = copy_at + copy_size;
    static_assert(copy_size == (config::traits_of(Wire).has_copy_header ? sizeof(packet::CopyHeader) : 0),
                  "what else stands before ESP must be written below and in tunnel/header_template.cpp");
    static_assert(size <= tunnel::HeaderTemplate::capacity);
};

/// The first bytes of a path's frames: the next hop's address, which control may change at any time, and the beginning
/// of the port's.
class FrameStart {
public:
    FrameStart(const view::PathView& path, const std::array<std::uint8_t, 6>& next_hop) {
        std::memcpy(bytes_.data(), path.header.bytes.data(), bytes_.size());
        std::memcpy(bytes_.data(), next_hop.data(), next_hop.size());
    }
    static constexpr std::size_t size = 8;
    const std::uint8_t* data() const { return bytes_.data(); }

private:
    std::array<std::uint8_t, size> bytes_;
};

/// Writes everything before ESP in front of a sealed packet. `sealed_sum` is the raw sum over the sealed bytes, used
/// where the path computes UDP checksums. The outer DSCP is the inner one (RFC 2983 section 3.1, uniform model) or the
/// path's own (pipe model), the outer ECN the inner one (RFC 6040 section 4.1, normal mode).
template <OuterFamily Family, config::Wire Wire>
void write_outer_headers(packet::Packet& packet, const view::PathView& path, const FrameStart& frame_start,
                         std::uint8_t inner_dscp_ecn, std::uint32_t path_sequence, std::uint32_t tx_time,
                         std::uint8_t copy_flags, std::uint16_t sealed_sum) {
    using namespace packet;
    const auto traffic_class = static_cast<std::uint8_t>((inner_dscp_ecn & path.dscp_ecn_kept) | path.dscp_ecn_set);
    using Layout = OuterHeaders<Family, Wire>;
    const auto udp_length = static_cast<std::uint16_t>(packet.size() + sizeof(UdpHeader) + Layout::copy_size);
    std::uint8_t* start = packet.grow_front(Layout::size);
    std::memcpy(start, frame_start.data(), FrameStart::size);
    std::memcpy(start + FrameStart::size, path.header.bytes.data() + FrameStart::size, Layout::size - FrameStart::size);

    if constexpr (Family == OuterFamily::ipv4) {
        auto& ip = *reinterpret_cast<Ipv4Header*>(start + Layout::ip_at);
        const Be16 total_length(static_cast<std::uint16_t>(udp_length + Layout::ip_size));
        ip.total_length = total_length;
        ip.traffic_class = traffic_class;
        ip.checksum = Be16::from_raw(static_cast<std::uint16_t>(
            ~fold(std::uint64_t{path.header.ipv4_sum} + total_length.raw() + Be16(traffic_class).raw())));
    } else {
        auto& ip = *reinterpret_cast<Ipv6Header*>(start + Layout::ip_at);
        ip.set_traffic_class(traffic_class);
        ip.payload_length = udp_length;
    }

    auto& udp = *reinterpret_cast<UdpHeader*>(start + Layout::udp_at);
    udp.length = udp_length;
    std::uint64_t sum = sealed_sum;
    if constexpr (config::traits_of(Wire).has_copy_header) {
        auto& copy = *reinterpret_cast<CopyHeader*>(start + Layout::copy_at);
        copy.flags = copy_flags;
        write_be24(copy.sequence, path_sequence);
        write_be24(copy.tx_time, tx_time);
        if (path.computes_udp_checksum) sum += sum_of(&copy, sizeof copy);
    }
    if (path.computes_udp_checksum) {
        sum += path.header.udp_sum + 2ULL * Be16(udp_length).raw();
        auto checksum = static_cast<std::uint16_t>(~fold(sum));
        if (checksum == 0) checksum = 0xffff;
        udp.checksum = Be16::from_raw(checksum);
    }
}

}  // namespace ropewalk::dataplane::headers
