#include <limits>

#include "config/member_count.hpp"
#include "config/number.hpp"
#include "config/region/limits.hpp"
#include "config/schema/rows.hpp"
#include "config/schema/values.hpp"

namespace ropewalk::config::schema {
namespace {

constexpr const char* key_file_rule = "the path of a file made by 'ropewalk genkey'";

Path read_path(const std::string& name, std::size_t position, const YamlNode& node, const std::string& key,
               Notes& notes) {
    Path path;
    path.name = name;
    path.id = position < 255 ? static_cast<std::uint8_t>(position + 1) : 0;
    return read_named(std::move(path), node, key, notes);
}

TrafficClass read_class(const std::string& name, std::size_t, const YamlNode& node, const std::string& key,
                        Notes& notes) {
    TrafficClass entry;
    entry.name = name;
    return read_named(std::move(entry), node, key, notes);
}

const auto rows = std::to_array<Key<Tunnel>>({
    value<&Tunnel::peer>({.name = "peer",
                          .effect = Effect::hot,
                          .help = "name of the far gateway; keys of both directions come from both names",
                          .fallback = "the tunnel's name"},
                         parse_name, std::string("the name of the far gateway: ") + name_rule),
    value<&Tunnel::key_file>({.name = "key_file",
                              .effect = Effect::hot,
                              .help = "from `ropewalk genkey`; the same file on both gateways, mode 0600",
                              .need = Need::present,
                              .required = key_file_rule},
                             parse_any, key_file_rule),
    word<&Tunnel::cipher>(
        {.name = "cipher", .effect = Effect::hot, .help = "or `aes-128-gcm`; the same on both gateways"}),
    word<&Tunnel::wire>({.name = "wire", .effect = Effect::hot, .help = "or `esp`: without the copy header"}),
    value<&Tunnel::shards>({.name = "shards",
                            .effect = Effect::hot,
                            .help = "UDP ports, up to 16 from `local` of each path on, on which this gateway receives "
                                    "the tunnel: a multiple of the workers, see Shards"},
                           parse_between<std::uint8_t, 1, region::max_shards>,
                           fmt::format("1 to {}, a multiple of the workers", region::max_shards)),
    list<&Tunnel::prefixes>({.name = "prefixes",
                             .effect = Effect::hot,
                             .help = "inner destinations behind the peer (routes are set), and the only inner sources "
                                     "accepted from it",
                             .need = Need::filled,
                             .required = "at least one prefix such as 192.0.2.0/24"},
                            parse_prefix, "a prefix such as 192.0.2.0/24 or \"2001:db8::/32\""),
    // A new window would forget what was delivered.
    value_or_word<&Tunnel::window_packets>(
        {.name = "window",
         .effect = Effect::restart,
         .help = "packets, 2^16 to 2^24; auto is 2^20, or from `rate` and `max_skew` where the paths have rates",
         .absent = "auto"},
        parse_between<std::uint64_t, 0, std::numeric_limits<std::uint64_t>::max()>,
        "auto, or a number of packets such as 1048576"),
    value<&Tunnel::max_skew>({.name = "max_skew",
                              .effect = Effect::restart,
                              .help = "largest delay difference between paths that the window must cover"},
                             parse_duration, "a time such as 500ms"),
    value<&Tunnel::probe_interval>({.name = "probe_interval",
                                    .effect = Effect::hot,
                                    .help = "how often each path is probed, 10ms to 1s: it is down after three probes "
                                            "that did not come, see Health"},
                                   parse_duration, "a time such as 50ms"),
    value<&Tunnel::lossy_above>({.name = "lossy_above",
                                 .effect = Effect::hot,
                                 .help = "percent of copies lost within a second, above which a path is `lossy`"},
                                parse_between<std::uint8_t, 1, 100>, "a percentage from 1 to 100"),
    value<&Tunnel::slow_above>({.name = "slow_above",
                                .effect = Effect::hot,
                                .help = "delay behind the tunnel's fastest path, above which a path is `slow`"},
                               parse_duration, "a time such as 200ms"),
    members<&Tunnel::paths>(
        {.name = "paths", .effect = Effect::hot, .help = {}, .need = Need::filled, .required = "at least one path"},
        read_path),
    members<&Tunnel::classes>({.name = "classes", .effect = Effect::hot, .help = {}}, read_class),
});
static_assert(std::size(rows) == member_count<Tunnel>() - 1, "all but the name");

}  // namespace

template <>
std::span<const Key<Tunnel>> keys_of<Tunnel>() {
    return rows;
}

}  // namespace ropewalk::config::schema
