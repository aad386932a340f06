#include "config/member_count.hpp"
#include "config/schema/rows.hpp"
#include "config/schema/values.hpp"

namespace ropewalk::config::schema {
namespace {

const auto rows = std::to_array<Key<Inside>>({
    value<&Inside::interface>(
        {.name = "interface", .effect = Effect::restart, .help = "made by the dataplane, gone with it"},
        parse_interface, interface_rule),
    value<&Inside::port>({.name = "port",
                          .effect = Effect::restart,
                          .help = "instead of an interface: the port of `ports` that users are behind, see NICs on "
                                  "both sides"},
                         parse_name, name_rule),
    value<&Inside::next_hop>({.name = "next_hop",
                              .effect = Effect::restart,
                              .help = "with `inside.port`: the Ethernet address of the users' router"},
                             parse_mac_address, mac_rule),
    list<&Inside::addresses>({.name = "addresses",
                              .effect = Effect::hot,
                              .help = "set by control on the interface; none with `inside.port`"},
                             parse_prefix,
                             "an address with its prefix length such as 192.0.2.1/24 or \"2001:db8::1/64\""),
    value_or_word<&Inside::mtu>({.name = "mtu",
                                 .effect = Effect::hot,
                                 .help = "auto: the largest that fits every path, and the port",
                                 .absent = "auto"},
                                parse_bytes, "auto, or a size such as 1400B"),
});
static_assert(std::size(rows) == member_count<Inside>());

}  // namespace

template <>
std::span<const Key<Inside>> keys_of<Inside>() {
    return rows;
}

}  // namespace ropewalk::config::schema
