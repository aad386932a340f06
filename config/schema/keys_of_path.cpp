#include "config/member_count.hpp"
#include "config/number.hpp"
#include "config/schema/rows.hpp"
#include "config/schema/values.hpp"

namespace ropewalk::config::schema {
namespace {

constexpr const char* endpoint_rule = "an address and a UDP port such as 203.0.113.1:4500 or \"[2001:db8::1]:4500\"";

const auto rows = std::to_array<Key<Path>>({
    value<&Path::id>({.name = "id",
                      .effect = Effect::hot,
                      .help = "1 to 255, the same on both gateways",
                      .fallback = "the position in the list"},
                     parse_between<std::uint8_t, 1, 255>, "1 to 255"),
    value<&Path::port>({.name = "port",
                        .effect = Effect::hot,
                        .help = "one of `ports`",
                        .need = Need::present,
                        .required = "the name of a port"},
                       parse_any, "the name of a port"),
    value<&Path::local>({.name = "local",
                         .effect = Effect::hot,
                         .help = "this gateway's address and UDP port",
                         .need = Need::present,
                         .required = endpoint_rule},
                        parse_endpoint, endpoint_rule),
    value<&Path::peer>({.name = "peer",
                        .effect = Effect::hot,
                        .help = "the far gateway's, as this one reaches it",
                        .need = Need::present,
                        .required = endpoint_rule},
                       parse_endpoint, endpoint_rule),
    value<&Path::mtu>({.name = "mtu",
                       .effect = Effect::hot,
                       .help = "largest outer IP packet that the path carries",
                       .absent = "the port's"},
                      parse_bytes, "a size such as 1500B"),
    word<&Path::mtu_probing>({.name = "mtu_probing",
                              .effect = Effect::hot,
                              .help =
                                  "`auto` asks the peer what the path carries, see MTU; `off` believes `mtu` and the "
                                  "kernel"}),
    word<&Path::metered>(
        {.name = "metered",
         .effect = Effect::hot,
         .help = "`true`: it costs by the byte, and carries only where no path that does not is fit, see Health"}),
    value<&Path::rate>({.name = "rate",
                        .effect = Effect::hot,
                        .help = "its capacity, as far as you know it; sizes the window",
                        .absent = "unknown"},
                       parse_rate, "a rate such as 80mbit or 1.5gbit"),
    value<&Path::next_hop>({.name = "next_hop",
                            .effect = Effect::hot,
                            .help = "Ethernet address of the next router, for ports that the kernel does not see",
                            .absent = "from the kernel"},
                           parse_mac_address, mac_rule),
    value_or_word<&Path::dscp>({.name = "dscp",
                                .effect = Effect::hot,
                                .help = "of the outer headers: `copy` takes the inner packet's, a number from 0 to 63 "
                                        "stands on every copy, for networks that drop other marks",
                                .absent = "copy"},
                               parse_between<std::uint8_t, 0, 63>, "copy, or a DSCP from 0 to 63"),
    word<&Path::udp_checksum>(
        {.name = "udp_checksum",
         .effect = Effect::hot,
         .help = "of the outer headers: `computed`, or `zero`, which NAT64, 464XLAT and MAP drop"}),
});
static_assert(std::size(rows) == member_count<Path>() - 1, "all but the name");

}  // namespace

template <>
std::span<const Key<Path>> keys_of<Path>() {
    return rows;
}

}  // namespace ropewalk::config::schema
