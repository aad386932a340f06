#include "config/member_count.hpp"
#include "config/number.hpp"
#include "config/region/limits.hpp"
#include "config/schema/rows.hpp"
#include "config/schema/values.hpp"

namespace ropewalk::config::schema {
namespace {

const auto rows = std::to_array<Key<Dataplane>>({
    value<&Dataplane::workers>({.name = "workers",
                                .effect = Effect::restart,
                                .help = "up to 16; each has its own queue on every port that has enough, see Workers"},
                               parse_between<std::uint16_t, 0, 65535>,
                               fmt::format("a number from 1 to {}", region::max_workers)),
    list<&Dataplane::worker_cpus>(
        {.name = "worker_cpus",
         .effect = Effect::restart,
         .help = "pins workers; otherwise the kernel places adaptive ones, and spinning ones get the last CPUs"},
        parse_between<std::uint16_t, 0, region::max_cpu>, fmt::format("a CPU number from 0 to {}", region::max_cpu)),
    value<&Dataplane::memory>({.name = "memory", .effect = Effect::restart, .help = "packet buffers"}, parse_bytes,
                              "a size such as 128MiB"),
    word<&Dataplane::hugepages>({.name = "hugepages",
                                 .effect = Effect::restart,
                                 .help = "`auto`: when enough are free; `off`; `required`: refuse to start without"}),
    word<&Dataplane::idle>({.name = "idle",
                            .effect = Effect::restart,
                            .help = "`adaptive` sleeps 40 to 160 us when there is nothing to do; `spin` never, for "
                                    "dedicated cores"}),
    value<&Dataplane::max_age>(
        {.name = "max_age",
         .effect = Effect::restart,
         .help =
             "packets that waited longer, because the process was stopped, had no CPU or the machine was suspended, "
             "are dropped and counted"},
        parse_duration, "a time such as 2s"),
    list<&Dataplane::eal_args>(
        {.name = "eal_args", .effect = Effect::restart, .help = "escape hatch: more arguments for DPDK"}, parse_text,
        "a printable argument for rte_eal_init"),
});
static_assert(std::size(rows) == member_count<Dataplane>());

}  // namespace

template <>
std::span<const Key<Dataplane>> keys_of<Dataplane>() {
    return rows;
}

}  // namespace ropewalk::config::schema
