#include "dataplane/headers/clamp_mss.hpp"

#include "dataplane/packet/checksum.hpp"
#include "dataplane/packet/headers.hpp"

namespace ropewalk::dataplane::headers {

using namespace packet;

namespace {

constexpr std::uint8_t option_end = 0, option_nop = 1, option_mss = 2, mss_option_bytes = 4;

/// Offset of the MSS value from the start of the TCP header, or 0 when there is none.
std::uint16_t find_mss(const std::uint8_t* tcp, std::uint16_t header_size) {
    std::uint16_t at = sizeof(TcpHeader);
    while (at < header_size) {
        const std::uint8_t kind = tcp[at];
        if (kind == option_end) return 0;
        if (kind == option_nop) {
            ++at;
            continue;
        }
        if (at + 1 >= header_size || tcp[at + 1] < 2 || at + tcp[at + 1] > header_size) return 0;
        if (kind == option_mss && tcp[at + 1] == mss_option_bytes) return static_cast<std::uint16_t>(at + 2);
        at = static_cast<std::uint16_t>(at + tcp[at + 1]);
    }
    return 0;
}

}  // namespace

bool lower_mss(Packet& packet, const InnerHeader& inner, std::uint16_t mtu) {
    auto& tcp = *packet.at<TcpHeader>(inner.header_size);
    const std::uint16_t header_size = tcp.header_length();
    if (header_size < sizeof(TcpHeader) || inner.header_size + header_size > inner.total_size) return false;

    auto* bytes = packet.at<std::uint8_t>(inner.header_size);
    const std::uint16_t at = find_mss(bytes, header_size);
    if (at == 0) return false;

    const std::uint16_t ip_size = inner.version == 4 ? sizeof(Ipv4Header) : sizeof(Ipv6Header);
    const Be16 fitting(static_cast<std::uint16_t>(mtu - ip_size - sizeof(TcpHeader)));
    auto& mss = *reinterpret_cast<Be16*>(bytes + at);
    if (mss.host() <= fitting.host()) return false;

    // A value at an odd offset straddles two words of the sum: swap both sides' bytes (RFC 1071 section 2B).
    const Be16 before = mss;
    if (at % 2 == 0)
        replace_in_checksum(tcp.checksum, before, fitting);
    else
        replace_in_checksum(tcp.checksum, Be16(__builtin_bswap16(before.host())),
                            Be16(__builtin_bswap16(fitting.host())));
    mss = fitting;
    return true;
}

}  // namespace ropewalk::dataplane::headers
