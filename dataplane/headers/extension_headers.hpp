#pragma once

#include <cstdint>

namespace ropewalk::dataplane::headers {

/// Where an IPv6 packet's upper layer begins. Small enough to be returned in a register, so that the usual packet's
/// headers need no memory for it.
struct UpperLayer {
    std::uint16_t offset;    ///< bytes from the start of the IPv6 header; where the search ended, if it was not found
    std::uint8_t protocol;   ///< of the header at `offset`, or, in a later fragment, of what was cut into fragments
    bool is_in_this_packet;  ///< not in a later fragment, nor behind headers that are cut off or too many
};

/// RFC 8200 section 4.1 lets a source put in five of those below. What has many more asks for work, not for a service.
inline constexpr unsigned most_extension_headers = 8;

/// Headers that only lead on to the next: hop-by-hop options, routing, fragment, destination options (RFC 8200 section
/// 4). The authentication header is none of them: nobody may change what it covers, so it counts as an upper layer.
constexpr bool is_extension_header(std::uint8_t protocol) {
    constexpr std::uint64_t known =
        std::uint64_t{1} << 0 | std::uint64_t{1} << 43 | std::uint64_t{1} << 44 | std::uint64_t{1} << 60;
    return protocol < 64 && (known >> protocol & 1) != 0;
}

/// Walks the extension headers of an IPv6 packet of which `size` bytes are there, its IPv6 header at least. Reads
/// nothing behind them. Pure, so that a caller who does not look at the upper layer makes no call.
[[gnu::pure]] UpperLayer find_upper_layer(const std::uint8_t* ip, std::uint16_t size);

}  // namespace ropewalk::dataplane::headers
