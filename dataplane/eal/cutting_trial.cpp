#include "dataplane/eal/cutting_trial.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include <fmt/format.h>

#include "dataplane/eal/super_packet.hpp"
#include "dataplane/eal/transport_checksum.hpp"

namespace ropewalk::dataplane::eal {

using config::Family;
using packet::Be16;
using packet::EthernetHeader;
using packet::Ipv4Header;
using packet::Ipv6Header;
using packet::UdpHeader;

namespace {

constexpr std::uint16_t ip_at = sizeof(EthernetHeader);
/// Locally administered, for no other frame has it.
constexpr std::array<std::uint8_t, 6> sender{0x02, 'r', 'o', 'p', 'e', 'w'};
/// For documentation (RFC 5737, RFC 3849).
constexpr std::array<std::uint8_t, 4> source_v4{192, 0, 2, 1}, destination_v4{192, 0, 2, 2};
constexpr std::array<std::uint8_t, 4> prefix_v6{0x20, 0x01, 0x0d, 0xb8};
constexpr std::uint16_t udp_port = 4500;

void write_ip(std::uint8_t* at, Family family) {
    if (family == Family::ipv4) {
        Ipv4Header ip{};
        ip.version_ihl = 0x45;
        ip.flags_fragment = 0x4000;
        ip.time_to_live = 64;
        ip.protocol = packet::protocol_udp;
        std::memcpy(&ip.source, source_v4.data(), source_v4.size());
        std::memcpy(&ip.destination, destination_v4.data(), destination_v4.size());
        std::memcpy(at, &ip, sizeof ip);
        return;
    }
    std::array<std::uint8_t, 16> source{}, destination{};
    std::ranges::copy(prefix_v6, source.begin());
    std::ranges::copy(prefix_v6, destination.begin());
    source.back() = 1;
    destination.back() = 2;
    Ipv6Header ip{};
    ip.version_class_label = 6U << 28;
    ip.next_header = packet::protocol_udp;
    ip.hop_limit = 64;
    std::memcpy(&ip.source_high, source.data(), source.size());
    std::memcpy(&ip.destination_high, destination.data(), destination.size());
    std::memcpy(at, &ip, sizeof ip);
}

ExchangedFrame joined_frame(Family family, std::uint16_t segment, std::uint16_t payload) {
    const bool is_v4 = family == Family::ipv4;
    const auto udp_at = static_cast<std::uint16_t>(ip_at + (is_v4 ? sizeof(Ipv4Header) : sizeof(Ipv6Header)));
    const auto headers = static_cast<std::uint16_t>(udp_at + sizeof(UdpHeader));
    const auto udp_bytes = static_cast<std::uint16_t>(sizeof(UdpHeader) + payload);
    ExchangedFrame frame{.header = {}, .bytes = std::vector<std::uint8_t>(std::size_t{headers} + payload)};
    const EthernetHeader ethernet{{}, sender, Be16(is_v4 ? packet::ether_type_ipv4 : packet::ether_type_ipv6)};
    std::memcpy(frame.bytes.data(), &ethernet, sizeof ethernet);
    std::uint8_t* ip = frame.bytes.data() + ip_at;
    write_ip(ip, family);
    set_ip_length(ip, static_cast<std::uint16_t>(frame.bytes.size() - ip_at));
    const UdpHeader udp{Be16(udp_port), Be16(udp_port), Be16(udp_bytes),
                        Be16::from_raw(pseudo_header_sum(ip, packet::protocol_udp, udp_bytes))};
    std::memcpy(frame.bytes.data() + udp_at, &udp, sizeof udp);
    for (std::size_t i = headers; i < frame.bytes.size(); ++i) frame.bytes[i] = static_cast<std::uint8_t>(i * 7 + 1);
    frame.header.flags = OffloadHeader::checksum_is_partial;
    frame.header.gso_type = OffloadHeader::udp_datagrams;
    frame.header.hdr_len = headers;
    frame.header.gso_size = segment;
    frame.header.csum_start = udp_at;
    frame.header.csum_offset = offsetof(UdpHeader, checksum);
    return frame;
}

}  // namespace

CuttingTrial::CuttingTrial(Family family, std::uint16_t segment, std::uint16_t payload)
    : joined_(joined_frame(family, segment, payload)) {
    const auto room = static_cast<std::uint16_t>(joined_.header.hdr_len + segment);
    auto super = SuperPacket::read(joined_.header, joined_.bytes, ip_at, room);
    while (super && !super->is_done()) {
        auto& part = parts_.emplace_back(room);
        part.resize(super->cut(part.data(), SegmentChecksum::computed));
    }
}

bool CuttingTrial::is_ours(std::span<const std::uint8_t> frame) const {
    constexpr std::size_t sender_at = offsetof(EthernetHeader, source);
    return frame.size() >= sizeof(EthernetHeader) &&
           std::ranges::equal(frame.subspan(sender_at, sender.size()), sender);
}

std::optional<std::string> CuttingTrial::fault_of(std::span<const ExchangedFrame> arrived) const {
    for (std::size_t i = 0; i < arrived.size(); ++i) {
        if (arrived[i].header.gso_type != OffloadHeader::no_segments) return "it arrived uncut";
        if (i == parts_.size()) return fmt::format("{} parts arrived of {}", arrived.size(), parts_.size());
        const auto& part = parts_[i];
        std::vector<std::uint8_t> frame = arrived[i].bytes;
        if (frame.size() != part.size())
            return fmt::format("part {} of {} arrived with {} bytes in place of {}", i + 1, parts_.size(), frame.size(),
                               part.size());
        // The kernel leaves a checksum undone that never goes to a wire.
        if (!complete_checksum(arrived[i].header, frame))
            return fmt::format("part {} of {} has its checksum outside", i + 1, parts_.size());
        const auto differs = std::ranges::mismatch(frame, part).in1;
        if (differs != frame.end())
            return fmt::format("part {} of {} differs at byte {}", i + 1, parts_.size(), differs - frame.begin());
    }
    if (arrived.size() != parts_.size()) return fmt::format("{} parts arrived of {}", arrived.size(), parts_.size());
    return std::nullopt;
}

}  // namespace ropewalk::dataplane::eal
