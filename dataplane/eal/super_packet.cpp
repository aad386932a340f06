#include "dataplane/eal/super_packet.hpp"

#include <algorithm>
#include <cstring>

#include "dataplane/eal/transport_checksum.hpp"

namespace ropewalk::dataplane::eal {

using packet::Be16;
using packet::Ipv4Header;
using packet::Ipv6Header;
using packet::TcpHeader;
using packet::UdpHeader;

namespace {

constexpr std::uint8_t fin = 0x01, push = 0x08, congestion_reduced = 0x80;

/// The protocol that a `gso_type` speaks of, when the IP version is the right one; 0 when there is none.
std::uint8_t protocol_of(std::uint8_t gso_type, std::uint8_t version) {
    switch (gso_type & ~OffloadHeader::with_ecn) {
        case OffloadHeader::tcp_v4:
            return version == 4 ? packet::protocol_tcp : 0;
        case OffloadHeader::tcp_v6:
            return version == 6 ? packet::protocol_tcp : 0;
        case OffloadHeader::udp_datagrams:
            return version == 4 || version == 6 ? packet::protocol_udp : 0;
    }
    return 0;
}

}  // namespace

std::optional<SuperPacket> SuperPacket::read(const OffloadHeader& header, std::span<const std::uint8_t> bytes,
                                             std::uint16_t ip_at, std::uint16_t largest_segment) {
    if (header.gso_size == 0 || bytes.size() < ip_at + sizeof(Ipv4Header)) return std::nullopt;
    const std::uint8_t version = bytes[ip_at] >> 4;
    const auto least_ip = version == 4 ? reinterpret_cast<const Ipv4Header*>(&bytes[ip_at])->header_length()
                                       : std::uint16_t{sizeof(Ipv6Header)};
    // Extension headers of IPv6 are not read: the kernel knows where the checksum begins, where one is left to do.
    const bool is_told = (header.flags & OffloadHeader::checksum_is_partial) != 0;
    const std::size_t transport_at = is_told ? header.csum_start : std::size_t{ip_at} + least_ip;
    if (least_ip < sizeof(Ipv4Header) || transport_at < std::size_t{ip_at} + least_ip) return std::nullopt;

    SuperPacket super;
    super.protocol_ = protocol_of(header.gso_type, version);
    super.ip_at_ = ip_at;
    super.transport_at_ = static_cast<std::uint16_t>(transport_at);
    super.segment_bytes_ = header.gso_size;
    if (super.protocol_ == 0) return std::nullopt;
    const bool is_tcp = super.protocol_ == packet::protocol_tcp;
    std::size_t headers = transport_at + (is_tcp ? sizeof(TcpHeader) : sizeof(UdpHeader));
    if (headers > bytes.size()) return std::nullopt;
    if (is_tcp) {
        const std::uint16_t tcp = reinterpret_cast<const TcpHeader*>(&bytes[transport_at])->header_length();
        if (tcp < sizeof(TcpHeader)) return std::nullopt;
        headers = transport_at + tcp;
    }
    if (headers >= bytes.size() || headers + header.gso_size > largest_segment) return std::nullopt;
    super.headers_ = bytes.first(headers);
    super.payload_ = bytes.subspan(headers);
    return super;
}

std::uint16_t SuperPacket::cut(std::uint8_t* out, SegmentChecksum checksum) {
    const auto payload = std::min<std::size_t>(segment_bytes_, payload_.size() - offset_);
    const auto size = static_cast<std::uint16_t>(headers_.size() + payload);
    std::memcpy(out, headers_.data(), headers_.size());
    std::memcpy(out + headers_.size(), payload_.data() + offset_, payload);
    const std::uint32_t before = offset_;
    offset_ += static_cast<std::uint32_t>(payload);

    std::uint8_t* ip = out + ip_at_;
    std::uint8_t* transport = out + transport_at_;
    const auto transport_size = static_cast<std::uint16_t>(size - transport_at_);
    if (ip[0] >> 4 == 4) {
        auto& identification = reinterpret_cast<Ipv4Header*>(ip)->identification;
        identification = static_cast<std::uint16_t>(identification.host() + index_);
    }
    set_ip_length(ip, static_cast<std::uint16_t>(size - ip_at_));

    Be16* field;
    if (protocol_ == packet::protocol_tcp) {
        auto& tcp = *reinterpret_cast<TcpHeader*>(transport);
        tcp.sequence = tcp.sequence.host() + before;
        if (index_ != 0) tcp.flags &= static_cast<std::uint8_t>(~congestion_reduced);
        if (!is_done()) tcp.flags &= static_cast<std::uint8_t>(~(fin | push));
        field = &tcp.checksum;
    } else {
        auto& udp = *reinterpret_cast<UdpHeader*>(transport);
        udp.length = transport_size;
        field = &udp.checksum;
    }
    ++index_;
    *field = 0;
    if (checksum == SegmentChecksum::left_out) return size;
    auto sum = static_cast<std::uint16_t>(~packet::fold(
        std::uint64_t{pseudo_header_sum(ip, protocol_, transport_size)} + packet::sum_of(transport, transport_size)));
    if (sum == 0 && protocol_ == packet::protocol_udp) sum = 0xffff;
    *field = Be16::from_raw(sum);
    return size;
}

bool complete_checksum(const OffloadHeader& header, std::span<std::uint8_t> packet) {
    if ((header.flags & OffloadHeader::checksum_is_partial) == 0) return true;
    const std::size_t field = std::size_t{header.csum_start} + header.csum_offset;
    if (field + sizeof(Be16) > packet.size()) return false;
    // The field holds the sum of the pseudo header already. Zero would say "none" in UDP; elsewhere both are the same.
    auto sum =
        static_cast<std::uint16_t>(~packet::sum_of(&packet[header.csum_start], packet.size() - header.csum_start));
    if (sum == 0) sum = 0xffff;
    *reinterpret_cast<Be16*>(&packet[field]) = Be16::from_raw(sum);
    return true;
}

}  // namespace ropewalk::dataplane::eal
