#include "dataplane/tunnel/header_template.hpp"

#include <cstddef>
#include <cstring>

#include "dataplane/packet/checksum.hpp"

namespace ropewalk::dataplane::tunnel {

using namespace packet;

namespace {

constexpr std::uint8_t outer_hop_limit = 64;
constexpr std::uint16_t dont_fragment = 0x4000;

std::uint16_t write_ipv4(std::uint8_t* at, const config::region::PathRecord& path, HeaderTemplate& out) {
    Ipv4Header header{};
    header.version_ihl = 0x45;
    header.flags_fragment = dont_fragment;
    header.time_to_live = outer_hop_limit;
    header.protocol = protocol_udp;
    std::memcpy(&header.source, path.local_address.data(), 4);
    std::memcpy(&header.destination, path.peer_address.data(), 4);
    std::memcpy(at, &header, sizeof header);
    out.ipv4_sum = sum_of(&header, sizeof header);
    out.udp_sum = fold(std::uint64_t{sum_of(&header.source, 8)} + Be16(protocol_udp).raw());
    return sizeof header;
}

std::uint16_t write_ipv6(std::uint8_t* at, const config::region::PathRecord& path, HeaderTemplate& out) {
    Ipv6Header header{};
    header.version_class_label = 6U << 28;
    header.next_header = protocol_udp;
    header.hop_limit = outer_hop_limit;
    std::memcpy(&header.source_high, path.local_address.data(), 16);
    std::memcpy(&header.destination_high, path.peer_address.data(), 16);
    std::memcpy(at, &header, sizeof header);
    out.udp_sum = fold(std::uint64_t{sum_of(&header.source_high, 32)} + Be16(protocol_udp).raw());
    return sizeof header;
}

}  // namespace

HeaderTemplate make_header_template(const config::region::PathRecord& path, config::Wire wire,
                                    const std::array<std::uint8_t, 6>& source) {
    HeaderTemplate out;
    std::uint8_t* at = out.bytes.data();

    EthernetHeader ethernet{{}, source, Be16(path.family == 4 ? ether_type_ipv4 : ether_type_ipv6)};
    std::memcpy(at, &ethernet, sizeof ethernet);
    at += sizeof ethernet;

    at += path.family == 4 ? write_ipv4(at, path, out) : write_ipv6(at, path, out);

    UdpHeader udp{Be16(path.local_udp_port), Be16(path.peer_udp_port), Be16(std::uint16_t{0}), Be16(std::uint16_t{0})};
    std::memcpy(at, &udp, sizeof udp);
    out.udp_sum = fold(std::uint64_t{out.udp_sum} + sum_of(&udp, sizeof udp));
    at += sizeof udp;

    if (config::traits_of(wire).has_copy_header) {
        CopyHeader copy{path.path_id, 0, {}, {}};
        std::memcpy(at, &copy, sizeof copy);
        at += sizeof copy;
    }
    out.size = static_cast<std::uint16_t>(at - out.bytes.data());
    return out;
}

void set_source(HeaderTemplate& header, const std::array<std::uint8_t, 6>& source) {
    std::memcpy(header.bytes.data() + offsetof(EthernetHeader, source), source.data(), source.size());
}

}  // namespace ropewalk::dataplane::tunnel
