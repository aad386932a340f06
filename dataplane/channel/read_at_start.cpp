#include "dataplane/channel/read_at_start.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "config/member_count.hpp"

namespace ropewalk::dataplane::channel {

using config::region::BootRecord;

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

bool is_same_port(const config::region::PortRecord& one, const config::region::PortRecord& other) {
    return std::memcmp(&one, &other, sizeof one) == 0;
}

}  // namespace

ReadAtStart::ReadAtStart(const config::region::View& first)
    : gateway_(first.header().gateway),
      boot_(first.header().boot),
      ports_(first.ports().begin(), first.ports().end()) {}

Result<void> ReadAtStart::holds_in(const config::region::View& snapshot) const {
    std::string_view other = difference(boot_, snapshot.header().boot);
    if (!std::ranges::equal(snapshot.ports(), ports_, is_same_port)) other = "ports";
    if (snapshot.header().gateway != gateway_) other = "gateway.name";
    if (other.empty()) return {};
    return fail(
        fmt::format("snapshot {}: {} is not what this dataplane was started with; restart the dataplane, or go "
                    "back to what it was and reload",
                    snapshot.header().generation, other));
}

}  // namespace ropewalk::dataplane::channel
