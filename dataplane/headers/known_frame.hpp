#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "dataplane/headers/found_copy.hpp"
#include "dataplane/headers/outer_headers.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/packet/hop_data.hpp"
#include "dataplane/packet/packet.hpp"

namespace ropewalk::dataplane::headers {

/// What an accepted frame was found to be, so that frames of the same path and tunnel that follow it, as nearly all do,
/// are told by one comparison of everything that decides it. IPv4 without options and wire `ropewalk` only; whatever is
/// different in the least goes the ordinary way.
class KnownFrame {
public:
    /// `frame` was accepted as what it is `found` to be.
    void learn(const packet::Packet& frame, const FoundCopy& found) {
        if (found.esp_at != esp_at || found.path_slot == packet::unknown_path_slot ||
            frame.at<packet::Ipv4Header>(ip_at)->version_ihl != plain_ipv4)
            return;
        found_ = found;
        pattern_ = deciding(frame);
        spi_ = frame.at<packet::EspHeader>(esp_at)->spi.raw();
    }

    /// Whether `frame` is such a frame again, and whole; then tells what it holds.
    bool is_again(const packet::Packet& frame, FoundCopy& out) const {
        using namespace packet;
        if (frame.size() < esp_at + smallest_esp || !frame.is_single_segment()) return false;
        const auto& ip = *frame.at<Ipv4Header>(ip_at);
        const std::uint16_t total = ip.total_length.host();
        const auto esp_size = static_cast<std::uint16_t>(total - (esp_at - ip_at));
        const bool whole = frame.at<UdpHeader>(udp_at)->length.host() + sizeof(Ipv4Header) == total &&
                           total >= esp_at - ip_at + smallest_esp && total + ip_at <= frame.size() && esp_size % 4 == 0;
        const Words words = deciding(frame);
        std::uint64_t differences = frame.at<EspHeader>(esp_at)->spi.raw() ^ spi_;
        for (std::size_t i = 0; i < words.size(); ++i) differences |= words[i] ^ pattern_[i];
        if (differences != 0 || !whole) return false;
        out = found_;
        out.esp_size = esp_size;
        out.ecn = ip.traffic_class & ecn_mask;
        return true;
    }

private:
    using Layout = OuterHeaders<OuterFamily::ipv4, config::Wire::ropewalk>;
    static constexpr std::uint16_t ip_at = Layout::ip_at, udp_at = Layout::udp_at, esp_at = Layout::size;
    static constexpr std::uint8_t plain_ipv4 = 0x45;  ///< version 4, no options
    /// From the ether type up to the number of the copy.
    static constexpr std::uint16_t deciding_at = offsetof(packet::EthernetHeader, ether_type);
    using Words = std::array<std::uint64_t, 4>;
    static_assert(deciding_at + sizeof(Words) == Layout::copy_at + offsetof(packet::CopyHeader, sequence));

    /// Ones where a difference matters. Lengths, times to live, checksums and the sender may differ.
    static constexpr Words mask = [] {
        using namespace packet;
        std::array<std::uint8_t, sizeof(Words)> bytes{};
        const auto matters = [&](std::size_t at, std::size_t size) {
            for (std::size_t i = 0; i < size; ++i) bytes[at - deciding_at + i] = 0xff;
        };
        matters(offsetof(EthernetHeader, ether_type), sizeof(Be16));
        matters(ip_at + offsetof(Ipv4Header, version_ihl), 1);
        matters(ip_at + offsetof(Ipv4Header, flags_fragment), sizeof(Be16));
        bytes[ip_at + offsetof(Ipv4Header, flags_fragment) - deciding_at] = 0x3f;  // DF is no fragment

        matters(ip_at + offsetof(Ipv4Header, protocol), 1);
        matters(ip_at + offsetof(Ipv4Header, destination), sizeof(Be32));
        matters(udp_at + offsetof(UdpHeader, destination_port), sizeof(Be16));
        matters(Layout::copy_at + offsetof(CopyHeader, path_id), 1);
        // Of its fellows each copy tells for itself.
        bytes[Layout::copy_at + offsetof(CopyHeader, flags) - deciding_at] = 0xff & ~copy_flags_accompanied;
        return std::bit_cast<Words>(bytes);
    }();

    static_assert(mask[0] != ~std::uint64_t{0});

    static Words deciding(const packet::Packet& frame) {
        Words words;
        std::memcpy(words.data(), frame.data() + deciding_at, sizeof words);
        for (std::size_t i = 0; i < words.size(); ++i) words[i] &= mask[i];
        return words;
    }

    /// At first it matches no frame: it has bits that the mask takes from every frame, a forged one of zeros included.
    Words pattern_{~std::uint64_t{0}};
    std::uint32_t spi_ = 0;
    FoundCopy found_{};
};

}  // namespace ropewalk::dataplane::headers
