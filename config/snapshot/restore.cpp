#include "config/snapshot/restore.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "config/member_count.hpp"
#include "config/region/fixed_text.hpp"
#include "config/snapshot/ranges.hpp"

namespace ropewalk::config::snapshot {

using region::text_of;

namespace {

template <std::size_t N>
std::string string_of(const std::array<char, N>& field) {
    return std::string(text_of(field));
}

std::optional<schema::MacAddress> mac_of(const std::array<std::uint8_t, 6>& bytes) {
    const schema::MacAddress mac{bytes};
    return mac == schema::MacAddress{} ? std::nullopt : std::optional(mac);
}

/// The one of that name, or a new one.
template <class Named>
Named namesake(const std::vector<Named>& all, const std::string& name) {
    const auto found = std::ranges::find(all, name, &Named::name);
    if (found != all.end()) return *found;
    Named fresh;
    fresh.name = name;
    return fresh;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

// What the records gain must be restored below, or a new control would take it for changed.
static_assert(member_count<region::BootRecord>() == 12);
static_assert(member_count<region::PortRecord>() == 12);
static_assert(member_count<region::PathRecord>() == 14);
static_assert(member_count<region::ClassRecord>() == 21);
static_assert(member_count<region::TunnelRecord>() == 21);

schema::Dataplane dataplane_of(const region::BootRecord& boot) {
    return {.workers = boot.workers,
            .worker_cpus = {boot.worker_cpus.begin(), boot.worker_cpus.begin() + boot.worker_cpu_count},
            .memory = {boot.memory_bytes},
            .hugepages = boot.hugepages,
            .idle = boot.idle,
            .max_age = std::chrono::milliseconds(boot.max_age_ms),
            .eal_args = lines_of(text_of(boot.eal_args))};
}

schema::Port port_of(const region::PortRecord& record) {
    return {.name = string_of(record.name),
            .driver = record.driver,
            .device = string_of(record.device),
            .mtu = {record.mtu},
            .memif_role = static_cast<MemifRole>(record.memif_server),
            .queues = {record.queue_workers.begin(), record.queue_workers.begin() + record.queue_count},
            .spread = record.spread,
            .joined = record.joined,
            .mac = mac_of(record.mac)};
}

schema::Path path_of(const region::PathRecord& record, const schema::Gateway& gateway, schema::Path path) {
    const auto family = static_cast<Family>(record.family);
    const schema::Endpoint local{{family, record.local_address}, record.local_udp_port};
    const schema::Endpoint peer{{family, record.peer_address}, record.peer_udp_port};
    const std::string& port = gateway.ports[record.port].name;
    if (path.port != port || path.local != local || path.peer != peer) path.next_hop.reset();
    path.id = record.path_id;
    path.port = port;
    path.local = local;
    path.peer = peer;
    path.udp_checksum = static_cast<UdpChecksum>(record.udp_checksum);
    path.dscp.reset();
    if (record.dscp != region::dscp_of_inner) path.dscp = record.dscp;
    if (mtu_of(path, gateway).count != record.mtu) path.mtu = schema::Bytes{record.mtu};
    if (const std::uint64_t kbit = path.rate ? path.rate->count / 1000 : 0; kbit != record.rate_kbit) {
        path.rate.reset();
        if (record.rate_kbit != 0) path.rate = schema::BitsPerSecond{std::uint64_t{record.rate_kbit} * 1000};
    }
    return path;
}

std::optional<schema::Prefix> selector_of(std::uint8_t family, std::uint8_t length,
                                          const std::array<std::uint8_t, 16>& address) {
    if (family == 0) return std::nullopt;
    return schema::Prefix{{static_cast<Family>(family), address}, length};
}

schema::TrafficClass class_of(const region::ClassRecord& record, const schema::Tunnel& tunnel) {
    schema::TrafficClass entry{
        .name = string_of(record.name), .match = {}, .mode = record.mode, .copies = record.copies, .paths = {}};
    schema::Match& match = entry.match;
    for (std::uint8_t dscp = 0; dscp < 64 && record.dscp_mask != ~std::uint64_t{0}; ++dscp)
        if ((record.dscp_mask >> dscp & 1) != 0) match.dscp.push_back(dscp);
    if (record.match_protocol != 0) match.protocol = record.protocol;
    match.source = selector_of(record.source_family, record.source_length, record.source);
    match.destination = selector_of(record.destination_family, record.destination_length, record.destination);
    if (record.match_ports != 0) {
        match.source_port = schema::PortRange{record.source_port_first, record.source_port_last};
        match.destination_port = schema::PortRange{record.destination_port_first, record.destination_port_last};
    }
    if (record.max_size != 0xffff) match.max_size = schema::Bytes{record.max_size};
    const auto count = static_cast<std::size_t>(std::popcount(record.path_mask));
    for (std::size_t i = 0; i < count; ++i) entry.paths.push_back(tunnel.paths[record.preference >> 4 * i & 0xf].name);
    if (std::ranges::equal(entry.paths, tunnel.paths, {}, {}, &schema::Path::name)) entry.paths.clear();
    return entry;
}

schema::Tunnel tunnel_of(const region::TunnelRecord& record, const region::View& snapshot,
                         const schema::Gateway& gateway, const schema::Gateway& like) {
    schema::Tunnel tunnel = namesake(like.tunnels, string_of(record.name));
    const bool is_known = !tunnel.paths.empty();
    tunnel.peer = string_of(record.peer);
    tunnel.cipher = record.cipher;
    tunnel.wire = record.wire;
    tunnel.shards = record.rx_shards;
    if (!is_known) tunnel.window_packets = std::uint64_t{1} << record.window_log2;
    const std::vector<schema::Path> known_paths = std::exchange(tunnel.paths, {});
    for (const region::PathRecord& path : snapshot.paths_of(record))
        tunnel.paths.push_back(path_of(path, gateway, namesake(known_paths, string_of(path.name))));
    tunnel.classes.clear();
    for (const region::ClassRecord& entry : snapshot.classes_of(record))
        tunnel.classes.push_back(class_of(entry, tunnel));
    return tunnel;
}

template <class Range>
bool are_same(const std::vector<Range>& one, std::span<const Range> other) {
    return one.size() == other.size() && std::memcmp(one.data(), other.data(), other.size_bytes()) == 0;
}

}  // namespace

schema::Gateway restore(const region::View& snapshot, const schema::Gateway& like) {
    const region::BootRecord& boot = snapshot.header().boot;
    schema::Gateway gateway = like;
    gateway.name = string_of(snapshot.header().gateway);
    gateway.state_dir = string_of(boot.state_dir);
    gateway.dataplane = dataplane_of(boot);
    gateway.ports.clear();
    for (const region::PortRecord& port : snapshot.ports()) gateway.ports.push_back(port_of(port));
    gateway.inside.interface = string_of(boot.inside_interface);
    gateway.inside.port.clear();
    gateway.inside.next_hop = mac_of(boot.inside_next_hop);
    if (boot.inside_port != region::no_inside_port) gateway.inside.port = gateway.ports[boot.inside_port].name;
    gateway.tunnels.clear();
    for (const region::TunnelRecord& tunnel : snapshot.tunnels())
        gateway.tunnels.push_back(tunnel_of(tunnel, snapshot, gateway, like));
    // The operator's own, as long as they make the same.
    if (!are_same(ranges_v4_of(gateway.tunnels), snapshot.ranges_v4()) ||
        !are_same(ranges_v6_of(gateway.tunnels), snapshot.ranges_v6()))
        set_prefixes(snapshot.ranges_v4(), snapshot.ranges_v6(), gateway.tunnels);
    return gateway;
}

std::map<std::string, TunnelKeys> keys_in(const region::View& snapshot) {
    std::map<std::string, TunnelKeys> keys;
    for (const region::TunnelRecord& record : snapshot.tunnels()) {
        TunnelKeys& of_tunnel = keys[string_of(record.name)];
        of_tunnel.tx_key_id = record.tx_key_id;
        of_tunnel.rx_key_id = record.rx_key_id;
        of_tunnel.tx_spi = record.tx_spi;
        of_tunnel.rx_spi = record.rx_spi;
        of_tunnel.tx_key = record.tx_key;
        of_tunnel.rx_key = record.rx_key;
        of_tunnel.tx_salt = record.tx_salt;
        of_tunnel.rx_salt = record.rx_salt;
    }
    return keys;
}

}  // namespace ropewalk::config::snapshot
