#include "dataplane/headers/extension_headers.hpp"

#include "dataplane/packet/headers.hpp"

namespace ropewalk::dataplane::headers {

using namespace packet;

namespace {

constexpr std::uint8_t fragment_header = 44;
constexpr std::uint16_t shortest_header = 8;

/// The length field counts units of 8 bytes beyond the first; the fragment header has none.
std::uint16_t size_of(const std::uint8_t* header, std::uint8_t protocol) {
    return protocol == fragment_header ? shortest_header
                                       : static_cast<std::uint16_t>(shortest_header * (1 + header[1]));
}

bool is_later_fragment(const std::uint8_t* header, std::uint8_t protocol) {
    return protocol == fragment_header && (reinterpret_cast<const Be16*>(header + 2)->host() & 0xfff8) != 0;
}

}  // namespace

UpperLayer find_upper_layer(const std::uint8_t* ip, std::uint16_t size) {
    UpperLayer upper{sizeof(Ipv6Header), reinterpret_cast<const Ipv6Header*>(ip)->next_header, true};
    for (unsigned walked = 0; is_extension_header(upper.protocol); ++walked) {
        const std::uint8_t* header = ip + upper.offset;
        const bool may_be_read = walked < most_extension_headers && upper.offset + shortest_header <= size;
        if (!may_be_read || upper.offset + size_of(header, upper.protocol) > size) {
            upper.is_in_this_packet = false;
            return upper;
        }
        upper.is_in_this_packet = !is_later_fragment(header, upper.protocol);
        upper.offset = static_cast<std::uint16_t>(upper.offset + size_of(header, upper.protocol));
        upper.protocol = header[0];
        if (!upper.is_in_this_packet) return upper;
    }
    return upper;
}

}  // namespace ropewalk::dataplane::headers
