#include "config/member_count.hpp"
#include "config/schema/rows.hpp"
#include "config/schema/values.hpp"

namespace ropewalk::config::schema {
namespace {

const auto metrics_rows = std::to_array<Key<Metrics>>({
    value<&Metrics::listen>({.name = "listen",
                             .effect = Effect::hot,
                             .help = "address and TCP port on which control serves `/metrics` by HTTP, to whoever can "
                                     "reach it; see Metrics"},
                            parse_endpoint,
                            "an address of this machine with a TCP port, such as 127.0.0.1:9469 or \"[::1]:9469\""),
});
static_assert(std::size(metrics_rows) == member_count<Metrics>());

const auto events_rows = std::to_array<Key<Events>>({
    list<&Events::hook>({.name = "hook",
                         .effect = Effect::hot,
                         .help = "a program by its absolute path, and its arguments: control runs it for each event, "
                                 "see Events"},
                        parse_text, "printable words, the first one the absolute path of a program"),
});
static_assert(std::size(events_rows) == member_count<Events>());

}  // namespace

template <>
std::span<const Key<Metrics>> keys_of<Metrics>() {
    return metrics_rows;
}

template <>
std::span<const Key<Events>> keys_of<Events>() {
    return events_rows;
}

}  // namespace ropewalk::config::schema
