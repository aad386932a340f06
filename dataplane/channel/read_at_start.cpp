#include "dataplane/channel/read_at_start.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "config/member_count.hpp"

namespace ropewalk::dataplane::channel {

using config::region::BootRecord;
using config::region::PortRecord;

namespace {

template <class Value>
struct Row {
    std::string_view key;  ///< as the YAML calls it
    Value BootRecord::*member;
};

constexpr std::tuple rows{
    Row{"dataplane.workers", &BootRecord::workers},         Row{"dataplane.worker_cpus", &BootRecord::worker_cpu_count},
    Row{"dataplane.worker_cpus", &BootRecord::worker_cpus}, Row{"dataplane.idle", &BootRecord::idle},
    Row{"dataplane.hugepages", &BootRecord::hugepages},     Row{"inside.port", &BootRecord::inside_port},
    Row{"dataplane.memory", &BootRecord::memory_bytes},     Row{"inside.interface", &BootRecord::inside_interface},
    Row{"inside.next_hop", &BootRecord::inside_next_hop},   Row{"dataplane.max_age", &BootRecord::max_age_ms},
    Row{"gateway.state_dir", &BootRecord::state_dir},       Row{"dataplane.eal_args", &BootRecord::eal_args}};
static_assert(std::tuple_size_v<decltype(rows)> == config::member_count<BootRecord>());

/// The key of the first that differs; empty when none does.
std::string_view difference(const BootRecord& one, const BootRecord& other) {
    std::string_view found;
    const auto compare = [&](const auto& row) {
        if (found.empty() && one.*row.member != other.*row.member) found = row.key;
    };
    std::apply([&](const auto&... row) { (compare(row), ...); }, rows);
    return found;
}

/// By its slot, since its place depends on ports that come and go.
BootRecord boot_of(const config::region::View& snapshot) {
    BootRecord boot = snapshot.header().boot;
    if (const PortRecord* const inside = snapshot.inside_port())
        boot.inside_port = static_cast<std::uint16_t>(inside->slot);
    return boot;
}

/// Whether all ports of `some` stand in `others` as they are, but for those that may come and go: who makes them knows
/// what they are now.
bool all_stand_in(std::span<const PortRecord> some, std::span<const PortRecord> others) {
    return std::ranges::all_of(some, [&](const PortRecord& port) {
        if (config::comes_by_reload(port.driver)) return true;
        const auto other = std::ranges::find(others, port.slot, &PortRecord::slot);
        return other != others.end() && std::memcmp(&port, &*other, sizeof port) == 0;
    });
}

}  // namespace

ReadAtStart::ReadAtStart(const config::region::View& first)
    : gateway_(first.header().gateway), boot_(boot_of(first)), ports_(first.ports().begin(), first.ports().end()) {}

Result<void> ReadAtStart::holds_in(const config::region::View& snapshot) const {
    std::string_view other = difference(boot_, boot_of(snapshot));
    if (!all_stand_in(ports_, snapshot.ports()) || !all_stand_in(snapshot.ports(), ports_)) other = "ports";
    if (snapshot.header().gateway != gateway_) other = "gateway.name";
    if (other.empty()) return {};
    return fail(
        fmt::format("snapshot {}: {} is not what this dataplane was started with; restart the dataplane, or go "
                    "back to what it was and reload",
                    snapshot.header().generation, other));
}

}  // namespace ropewalk::dataplane::channel
