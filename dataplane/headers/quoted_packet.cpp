#include "dataplane/headers/quoted_packet.hpp"

#include "dataplane/packet/headers.hpp"

namespace ropewalk::dataplane::headers {

using namespace packet;

namespace {

constexpr std::uint8_t icmp_unreachable = 3, icmp_time_exceeded = 11, icmp_parameter_problem = 12;
constexpr std::uint8_t icmpv6_unreachable = 1, icmpv6_parameter_problem = 4;

bool is_about_a_packet(std::uint8_t version, std::uint8_t type) {
    if (version == 4) return type == icmp_unreachable || type == icmp_time_exceeded || type == icmp_parameter_problem;
    return type >= icmpv6_unreachable && type <= icmpv6_parameter_problem;
}

}  // namespace

std::optional<std::uint16_t> find_quoted_packet(const Packet& packet, const InnerHeader& inner) {
    const bool v4 = inner.version == 4;
    if (!inner.has_upper_layer || inner.protocol != (v4 ? protocol_icmp : protocol_icmpv6)) return std::nullopt;
    const auto at = static_cast<std::uint16_t>(inner.header_size + sizeof(IcmpHeader));
    if (at + (v4 ? sizeof(Ipv4Header) : sizeof(Ipv6Header)) > inner.total_size) return std::nullopt;
    if (!is_about_a_packet(inner.version, packet.at<IcmpHeader>(inner.header_size)->type)) return std::nullopt;

    const auto& quoted = *packet.at<Ipv4Header>(at);
    if (quoted.version() != inner.version) return std::nullopt;
    const bool is_whole =
        !v4 || (quoted.header_length() >= sizeof(Ipv4Header) && at + quoted.header_length() <= inner.total_size);
    return is_whole ? std::optional(at) : std::nullopt;
}

}  // namespace ropewalk::dataplane::headers
