#include "config/region/verify.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <utility>
#include <vector>

#include "config/region/field_check.hpp"
#include "config/region/fixed_text.hpp"
#include "config/region/layout.hpp"
#include "config/region/verify_records.hpp"
#include "config/region/view.hpp"

namespace ropewalk::config::region {
namespace {

constexpr std::size_t checksum_end = offsetof(SnapshotHeader, checksum) + sizeof(SnapshotHeader::checksum);

/// One entry of the header's list of tables.
struct NamedTable {
    const char* name;
    Table where;
    std::size_t record_bytes;
    std::size_t capacity;

    std::uint64_t end() const { return where.offset + std::uint64_t{where.count} * record_bytes; }
};

void check_tables(FieldCheck& check, const SnapshotHeader& header, std::size_t size) {
    std::array<NamedTable, 6> tables = {{
        {"ports", header.ports, sizeof(PortRecord), max_ports},
        {"tunnels", header.tunnels, sizeof(TunnelRecord), max_tunnels},
        {"paths", header.paths, sizeof(PathRecord), max_paths},
        {"classes", header.classes, sizeof(ClassRecord), max_classes},
        {"ranges_v4", header.ranges_v4, sizeof(RangeV4Record), max_ranges},
        {"ranges_v6", header.ranges_v6, sizeof(RangeV6Record), max_ranges},
    }};
    for (const NamedTable& table : tables) {
        const std::string offset = fmt::format("{}.offset", table.name), count = fmt::format("{}.count", table.name);
        check.between(count, table.where.count, 0, table.capacity);
        check.demand(table.where.offset % 8 == 0, offset, std::to_string(table.where.offset), "a multiple of 8");
        check.between(offset, table.where.offset, sizeof(SnapshotHeader), size);
        check.demand(table.end() <= size, count, std::to_string(table.where.count),
                     "as many records as end inside the snapshot");
    }
    // An empty table may begin where the next one does; of two that begin there, the later one of the list is named.
    std::ranges::stable_sort(
        tables, {}, [](const NamedTable& table) { return std::pair(table.where.offset, table.where.count != 0); });
    for (std::size_t i = 1; i < tables.size(); ++i) {
        check.demand(tables[i - 1].end() <= tables[i].where.offset, fmt::format("{}.offset", tables[i].name),
                     std::to_string(tables[i].where.offset), "tables that do not overlap");
    }
}

/// Either a kernel interface, or a port with a neighbour behind it; which port is checked with the ports.
void check_inside(FieldCheck& check, const BootRecord& boot) {
    if (boot.inside_port == no_inside_port) {
        check.name("boot.inside_interface", boot.inside_interface, max_interface_name);
        check.zero("boot.inside_next_hop", boot.inside_next_hop);
        return;
    }
    check.demand(boot.inside_interface == Name{}, "boot.inside_interface", "an interface beside a port", "NUL only");
    const bool unicast = (boot.inside_next_hop[0] & 1) == 0 && boot.inside_next_hop != std::array<std::uint8_t, 6>{};
    check.demand(unicast, "boot.inside_next_hop", "zero or a group address", "the address of one station");
}

void check_boot(FieldCheck& check, const BootRecord& boot) {
    check.between("boot.workers", boot.workers, 1, max_workers);
    check.demand(boot.worker_cpu_count == 0 || boot.worker_cpu_count == boot.workers, "boot.worker_cpu_count",
                 std::to_string(boot.worker_cpu_count), "0 or the number of workers");
    for (std::size_t i = 0; i < boot.worker_cpus.size(); ++i) {
        const std::string field = fmt::format("boot.worker_cpus[{}]", i);
        check.between(field, boot.worker_cpus[i], 0, i < boot.worker_cpu_count ? max_cpu : 0);
        const auto here = boot.worker_cpus.begin() + static_cast<std::ptrdiff_t>(i);
        const bool shared =
            i < boot.worker_cpu_count && std::find(boot.worker_cpus.begin(), here, boot.worker_cpus[i]) != here;
        check.demand(!shared, field, std::to_string(boot.worker_cpus[i]), "a CPU that no other worker has");
    }
    check.one_of("boot.idle", boot.idle, IdleMode::spin);
    check.one_of("boot.hugepages", boot.hugepages, Hugepages::required);
    check.between("boot.memory_bytes", boot.memory_bytes, min_memory_bytes, max_memory_bytes);
    check_inside(check, boot);
    check.between("boot.max_age_ms", boot.max_age_ms, shortest_max_age_ms, longest_max_age_ms);
    check.text("boot.state_dir", boot.state_dir);
    check.demand(boot.state_dir.front() == '/', "boot.state_dir", "a text that does not start with '/'",
                 "an absolute path");
    check.text("boot.eal_args", boot.eal_args);
}

/// The snapshot in memory of our own, aligned, so that nothing moves under the checks.
std::vector<std::uint64_t> copy_of(std::span<const std::uint8_t> bytes) {
    std::vector<std::uint64_t> words(bytes.size() / sizeof(std::uint64_t));
    std::memcpy(words.data(), bytes.data(), words.size() * sizeof(std::uint64_t));
    return words;
}

}  // namespace

std::uint64_t checksum_of(std::span<const std::uint8_t> bytes) {
    constexpr std::uint64_t offset_basis = 0xcbf29ce484222325, prime = 0x100000001b3;
    std::uint64_t sum = offset_basis;
    for (std::size_t at = checksum_end; at < bytes.size(); at += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, std::min(sizeof(word), bytes.size() - at));
        sum = (sum ^ word) * prime;
    }
    return sum;
}

Result<void> verify(std::span<const std::uint8_t> bytes, std::uint64_t generation) {
    FieldCheck check;
    check.enter_header();
    SnapshotHeader header{};
    if (!check.demand(bytes.size() >= sizeof(header), "size", fmt::format("only {} bytes", bytes.size()),
                      fmt::format("at least {}, the header", sizeof(header)))) {
        return check.outcome();
    }
    std::memcpy(&header, bytes.data(), sizeof(header));
    check.demand(header.magic == snapshot_magic, "magic", fmt::format("{:#018x}", header.magic),
                 fmt::format("{:#018x}", snapshot_magic));
    check.equal("abi", header.abi, abi_version);
    check.between("size", header.size, sizeof(header), std::min(bytes.size(), snapshot_capacity_bytes));
    check.demand(header.size % 8 == 0, "size", std::to_string(header.size), "a multiple of 8");
    if (check.failed()) return check.outcome();

    const std::vector<std::uint64_t> words = copy_of(bytes.first(header.size));
    const std::span copy(reinterpret_cast<const std::uint8_t*>(words.data()), header.size);
    std::memcpy(&header, copy.data(), sizeof(header));
    const std::uint64_t sum = checksum_of(copy);
    check.demand(header.checksum == sum, "checksum", fmt::format("{:#018x}", header.checksum),
                 fmt::format("{:#018x}, the sum of what follows it", sum));
    check.equal("generation", header.generation, generation);
    check.demand(header.generation > 0, "generation", "0", "1 or more");
    check.name("gateway", header.gateway, header.gateway.size() - 1);
    check_boot(check, header.boot);
    check.between("inside_mtu", header.inside_mtu, min_mtu, max_mtu);
    check.equal("reserved", header.reserved, 0);
    check_tables(check, header, copy.size());
    check.equal("reserved_end", header.reserved_end, 0);
    if (check.failed()) return check.outcome();

    check_records(check, View(copy));
    return check.outcome();
}

}  // namespace ropewalk::config::region
