#include "config/snapshot/build.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "config/region/fixed_text.hpp"
#include "config/region/inner_mtu.hpp"
#include "config/region/layout.hpp"
#include "config/region/verify.hpp"
#include "config/snapshot/ranges.hpp"

namespace ropewalk::config::snapshot {
namespace {

constexpr std::uint64_t assumed_packet_bytes = 128;
constexpr std::uint8_t default_window_log2 = 20, largest_automatic_window_log2 = 24;
constexpr std::uint16_t ethernet_mtu = 1500;

/// Every table of a snapshot before it is laid out.
struct Tables {
    std::vector<region::PortRecord> ports;
    std::vector<region::TunnelRecord> tunnels;
    std::vector<region::PathRecord> paths;
    std::vector<region::ClassRecord> classes;
    std::vector<region::RangeV4Record> ranges_v4;
    std::vector<region::RangeV6Record> ranges_v6;
};

region::BootRecord boot_record(const schema::Gateway& gateway) {
    region::BootRecord boot{};
    boot.workers = gateway.dataplane.workers;
    boot.worker_cpu_count = static_cast<std::uint16_t>(gateway.dataplane.worker_cpus.size());
    std::ranges::copy(gateway.dataplane.worker_cpus, boot.worker_cpus.begin());
    boot.idle = gateway.dataplane.idle;
    boot.hugepages = gateway.dataplane.hugepages;
    boot.memory_bytes = gateway.dataplane.memory.count;
    boot.max_age_ms = static_cast<std::uint16_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(gateway.dataplane.max_age).count());
    region::set_text(boot.inside_interface, gateway.inside.interface);
    boot.inside_port = region::no_inside_port;
    if (const schema::Port* const port = schema::find_inside_port(gateway)) {
        boot.inside_port = static_cast<std::uint16_t>(port - gateway.ports.data());
        boot.inside_next_hop = gateway.inside.next_hop.value_or(schema::MacAddress{}).bytes;
    }
    region::set_text(boot.state_dir, gateway.state_dir);
    region::set_text(boot.eal_args, fmt::format("{}", fmt::join(gateway.dataplane.eal_args, "\n")));
    return boot;
}

// Each record names all of its fields: with one left out it does not compile.

region::PortRecord port_record(const schema::Port& port, const Resolved& resolved) {
    region::PortRecord record{.name = region::fixed_text<region::Name>(port.name),
                              .device = region::fixed_text<decltype(region::PortRecord::device)>(port.device),
                              .driver = port.driver,
                              .memif_server = static_cast<std::uint8_t>(port.memif_role),
                              .mtu = static_cast<std::uint16_t>(port.mtu.count),
                              .slot = resolved.port_slots.at(port.name),
                              .spread = port.spread,
                              .queue_count = static_cast<std::uint8_t>(port.queues.size()),
                              .queue_workers = {},
                              .mac = port.mac.value_or(schema::MacAddress{}).bytes,
                              .joined = port.joined,
                              .reserved = {}};
    std::ranges::copy(port.queues, record.queue_workers.begin());
    return record;
}

region::PathRecord path_record(const schema::Gateway& gateway, const schema::Tunnel& tunnel, const schema::Path& path,
                               const Resolved& resolved) {
    return {.name = region::fixed_text<region::Name>(path.name),
            .slot = resolved.path_slots.at(path_key(tunnel, path)),
            .rate_kbit = path.rate ? static_cast<std::uint32_t>(path.rate->count / 1000) : 0,
            .port = static_cast<std::uint16_t>(std::ranges::find(gateway.ports, path.port, &schema::Port::name) -
                                               gateway.ports.begin()),
            .mtu = static_cast<std::uint16_t>(schema::mtu_of(path, gateway).count),
            .local_udp_port = path.local.udp_port,
            .peer_udp_port = path.peer.udp_port,
            .path_id = path.id,
            .family = static_cast<std::uint8_t>(path.peer.address.family),
            .udp_checksum = static_cast<std::uint8_t>(path.udp_checksum),
            .dscp = path.dscp.value_or(region::dscp_of_inner),
            .reserved = {},
            .local_address = path.local.address.bytes,
            .peer_address = path.peer.address.bytes};
}

/// Indices of the paths of a class, in order of preference.
std::vector<std::uint8_t> preferred_paths(const schema::Tunnel& tunnel, const schema::TrafficClass& entry) {
    std::vector<std::uint8_t> indices;
    if (entry.paths.empty())
        for (std::size_t i = 0; i < tunnel.paths.size(); ++i) indices.push_back(static_cast<std::uint8_t>(i));
    for (const std::string& name : entry.paths)
        indices.push_back(static_cast<std::uint8_t>(std::ranges::find(tunnel.paths, name, &schema::Path::name) -
                                                    tunnel.paths.begin()));
    return indices;
}

std::uint8_t copies_of(const schema::TrafficClass& entry, std::size_t paths) {
    if (entry.copies != 0) return entry.copies;
    return entry.mode == Mode::duplicate ? static_cast<std::uint8_t>(paths) : std::uint8_t{1};
}

region::ClassRecord class_record(const schema::Tunnel& tunnel, const schema::TrafficClass& entry) {
    const schema::Match& match = entry.match;
    std::uint64_t dscp_mask = match.dscp.empty() ? ~std::uint64_t{0} : 0;
    for (const std::uint8_t dscp : match.dscp) dscp_mask |= std::uint64_t{1} << dscp;
    const std::vector<std::uint8_t> paths = preferred_paths(tunnel, entry);
    std::uint32_t path_mask = 0;
    std::uint64_t preference = 0;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        path_mask |= 1U << paths[i];
        preference |= std::uint64_t{paths[i]} << 4 * i;
    }
    const schema::PortRange source_port = match.source_port.value_or(schema::PortRange{});
    const schema::PortRange destination_port = match.destination_port.value_or(schema::PortRange{});
    const schema::Prefix source = match.source.value_or(schema::Prefix{});
    const schema::Prefix destination = match.destination.value_or(schema::Prefix{});
    const auto family_of = [](const std::optional<schema::Prefix>& prefix) {
        return prefix ? static_cast<std::uint8_t>(prefix->address.family) : std::uint8_t{0};
    };
    return {.name = region::fixed_text<region::Name>(entry.name),
            .dscp_mask = dscp_mask,
            .preference = preference,
            .path_mask = path_mask,
            .max_size = match.max_size ? static_cast<std::uint16_t>(match.max_size->count) : std::uint16_t{0xffff},
            .source_port_first = source_port.first,
            .source_port_last = source_port.last,
            .destination_port_first = destination_port.first,
            .destination_port_last = destination_port.last,
            .protocol = match.protocol.value_or(0),
            .match_protocol = match.protocol.has_value(),
            .match_ports = match.source_port || match.destination_port,
            .mode = entry.mode,
            .copies = copies_of(entry, paths.size()),
            .source_family = family_of(match.source),
            .source_length = source.length,
            .destination_family = family_of(match.destination),
            .destination_length = destination.length,
            .reserved = {},
            .source = source.address.bytes,
            .destination = destination.address.bytes};
}

/// What the configured rates can bring within the skew, in packets of the assumed size, up to the next power of two.
std::uint8_t window_log2(const schema::Tunnel& tunnel) {
    if (tunnel.window_packets) return static_cast<std::uint8_t>(std::bit_width(*tunnel.window_packets) - 1);
    const bool all_known =
        std::ranges::all_of(tunnel.paths, [](const schema::Path& path) { return path.rate.has_value(); });
    if (!all_known) return default_window_log2;
    double bits_per_second = 0;
    for (const schema::Path& path : tunnel.paths) bits_per_second += static_cast<double>(path.rate->count);
    const double skew_seconds = std::chrono::duration<double>(tunnel.max_skew).count();
    const double packets = bits_per_second / 8 / assumed_packet_bytes * skew_seconds;
    std::uint8_t log2 = region::min_window_log2;
    while (log2 < largest_automatic_window_log2 && static_cast<double>(std::uint64_t{1} << log2) < packets) ++log2;
    return log2;
}

/// Into the record where it stands, so that no copy is left on the stack.
void put_keys(region::TunnelRecord& record, const schema::Tunnel& tunnel, const TunnelKeys& keys) {
    const std::size_t key_bytes = tunnel.cipher == Cipher::aes_128_gcm ? 16 : 32;
    std::copy_n(keys.tx_key.begin(), key_bytes, record.tx_key.begin());
    std::copy_n(keys.rx_key.begin(), key_bytes, record.rx_key.begin());
    record.tx_salt = keys.tx_salt;
    record.rx_salt = keys.rx_salt;
}

/// Where its paths and classes stand, and its keys, are for tables_of().
region::TunnelRecord tunnel_record(const schema::Gateway& gateway, const schema::Tunnel& tunnel,
                                   const Resolved& resolved) {
    const TunnelKeys& keys = resolved.keys.at(tunnel.name);
    return {.name = region::fixed_text<region::Name>(tunnel.name),
            .peer = region::fixed_text<region::Name>(tunnel.peer),
            .tx_key_id = keys.tx_key_id,
            .rx_key_id = keys.rx_key_id,
            .tx_spi = keys.tx_spi,
            .rx_spi = keys.rx_spi,
            .slot = resolved.tunnel_slots.at(tunnel.name),
            .first_path = 0,
            .first_class = 0,
            .path_count = static_cast<std::uint16_t>(tunnel.paths.size()),
            .class_count = static_cast<std::uint16_t>(tunnel.classes.size()),
            .inner_mtu = inner_mtu_of(gateway, tunnel),
            .window_log2 = window_log2(tunnel),
            .cipher = tunnel.cipher,
            .wire = tunnel.wire,
            .rx_shards = tunnel.shards,
            .reserved = {},
            .tx_key = {},
            .rx_key = {},
            .tx_salt = {},
            .rx_salt = {}};
}

Tables tables_of(const schema::Gateway& gateway, const Resolved& resolved) {
    Tables tables;
    for (const schema::Port& port : gateway.ports) tables.ports.push_back(port_record(port, resolved));
    for (const schema::Tunnel& tunnel : gateway.tunnels) {
        region::TunnelRecord& record = tables.tunnels.emplace_back(tunnel_record(gateway, tunnel, resolved));
        put_keys(record, tunnel, resolved.keys.at(tunnel.name));
        record.first_path = static_cast<std::uint32_t>(tables.paths.size());
        record.first_class = static_cast<std::uint32_t>(tables.classes.size());
        for (const schema::Path& path : tunnel.paths)
            tables.paths.push_back(path_record(gateway, tunnel, path, resolved));
        for (const schema::TrafficClass& entry : tunnel.classes) tables.classes.push_back(class_record(tunnel, entry));
    }
    tables.ranges_v4 = ranges_v4_of(gateway.tunnels);
    tables.ranges_v6 = ranges_v6_of(gateway.tunnels);
    return tables;
}

/// Control fills these in before it builds; a gap is its mistake, but no reason to end in an exception.
Result<void> check_resolved(const schema::Gateway& gateway, const Resolved& resolved) {
    for (const schema::Port& port : gateway.ports) {
        if (!resolved.port_slots.contains(port.name)) return fail(fmt::format("port '{}' has no slot", port.name));
    }
    for (const schema::Tunnel& tunnel : gateway.tunnels) {
        if (!resolved.keys.contains(tunnel.name)) return fail(fmt::format("tunnel '{}' has no keys", tunnel.name));
        if (!resolved.tunnel_slots.contains(tunnel.name)) {
            return fail(fmt::format("tunnel '{}' has no slot", tunnel.name));
        }
        for (const schema::Path& path : tunnel.paths) {
            const std::string key = path_key(tunnel, path);
            if (!resolved.path_slots.contains(key)) return fail(fmt::format("path '{}' has no slot", key));
        }
    }
    return {};
}

Result<void> check_capacity(const Tables& tables) {
    const struct {
        const char* what;
        std::size_t count, capacity;
    } rows[] = {{"ports", tables.ports.size(), region::max_ports},
                {"tunnels", tables.tunnels.size(), region::max_tunnels},
                {"paths", tables.paths.size(), region::max_paths},
                {"classes", tables.classes.size(), region::max_classes},
                {"IPv4 address ranges", tables.ranges_v4.size(), region::max_ranges},
                {"IPv6 address ranges", tables.ranges_v6.size(), region::max_ranges}};
    for (const auto& row : rows) {
        if (row.count > row.capacity) {
            return fail(
                fmt::format("the configuration makes {} {}; allowed: at most {}", row.count, row.what, row.capacity));
        }
    }
    return {};
}

/// Appends a table on a multiple of 8 and says where.
template <class Record>
region::Table append(std::vector<std::uint8_t>& bytes, const std::vector<Record>& records) {
    const region::Table where{static_cast<std::uint32_t>(bytes.size()), static_cast<std::uint32_t>(records.size())};
    const std::span raw(reinterpret_cast<const std::uint8_t*>(records.data()), records.size() * sizeof(Record));
    bytes.insert(bytes.end(), raw.begin(), raw.end());
    bytes.resize((bytes.size() + 7) / 8 * 8);
    return where;
}

/// What fits every path of every tunnel, for the one inside.
std::uint16_t inside_mtu(const schema::Gateway& gateway, const Tables& tables) {
    if (gateway.inside.mtu) return static_cast<std::uint16_t>(gateway.inside.mtu->count);
    const schema::Port* const port = schema::find_inside_port(gateway);
    std::uint16_t smallest = port != nullptr          ? static_cast<std::uint16_t>(port->mtu.count)
                             : tables.tunnels.empty() ? ethernet_mtu
                                                      : region::max_mtu;
    for (const region::TunnelRecord& tunnel : tables.tunnels) smallest = std::min(smallest, tunnel.inner_mtu);
    return smallest;
}

}  // namespace

std::string path_key(const schema::Tunnel& tunnel, const schema::Path& path) {
    return tunnel.name + "/" + path.name;
}

std::uint16_t inner_mtu_of(const schema::Gateway& gateway, const schema::Tunnel& tunnel) {
    std::uint64_t smallest = gateway.inside.mtu ? gateway.inside.mtu->count : std::numeric_limits<std::uint16_t>::max();
    if (const schema::Port* const port = schema::find_inside_port(gateway))
        smallest = std::min(smallest, port->mtu.count);
    for (const schema::Path& path : tunnel.paths) {
        const std::uint64_t outer = schema::mtu_of(path, gateway).count;
        smallest = std::min<std::uint64_t>(
            smallest, region::inner_mtu_for(static_cast<std::uint16_t>(outer), path.peer.address.family, tunnel.wire));
    }
    return static_cast<std::uint16_t>(smallest);
}

Result<std::vector<std::uint8_t>> build(const schema::Gateway& gateway, const Resolved& resolved,
                                        std::uint64_t generation) {
    if (const Result<void> whole = check_resolved(gateway, resolved); !whole) {
        return tl::make_unexpected(whole.error());
    }
    const Tables tables = tables_of(gateway, resolved);
    if (const Result<void> fits = check_capacity(tables); !fits) return tl::make_unexpected(fits.error());

    region::SnapshotHeader header{};
    header.magic = region::snapshot_magic;
    header.abi = region::abi_version;
    header.generation = generation;
    region::set_text(header.gateway, gateway.name);
    header.boot = boot_record(gateway);
    header.inside_mtu = inside_mtu(gateway, tables);

    std::vector<std::uint8_t> bytes(sizeof(header));
    header.ports = append(bytes, tables.ports);
    header.tunnels = append(bytes, tables.tunnels);
    header.paths = append(bytes, tables.paths);
    header.classes = append(bytes, tables.classes);
    header.ranges_v4 = append(bytes, tables.ranges_v4);
    header.ranges_v6 = append(bytes, tables.ranges_v6);
    header.size = static_cast<std::uint32_t>(bytes.size());
    std::memcpy(bytes.data(), &header, sizeof(header));
    header.checksum = region::checksum_of(bytes);
    std::memcpy(bytes.data(), &header, sizeof(header));
    return bytes;
}

}  // namespace ropewalk::config::snapshot
