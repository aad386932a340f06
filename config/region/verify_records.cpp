#include "config/region/verify_records.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <compare>
#include <set>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "config/region/fields.hpp"
#include "config/region/fixed_text.hpp"
#include "config/region/inner_mtu.hpp"
#include "config/region/limits.hpp"

namespace ropewalk::config::region {
namespace {

constexpr std::size_t longest_name = sizeof(Name) - 1;

/// Counter slots that were given out already.
class SlotCheck {
public:
    explicit SlotCheck(std::size_t capacity) : taken_(capacity, false) {}

    void take(FieldCheck& check, std::uint32_t slot) {
        if (!check.between("slot", slot, 0, taken_.size() - 1)) return;
        check.demand(!taken_[slot], "slot", std::to_string(slot), "a slot that no other record has");
        taken_[slot] = true;
    }

private:
    std::vector<bool> taken_;
};

/// Values of which each may stand in one record only.
template <class T>
class UniqueCheck {
public:
    void add(FieldCheck& check, std::string_view field, const T& value, std::string_view shown) {
        check.demand(seen_.insert(value).second, field, shown, "a value that no other record has");
    }

private:
    std::set<T> seen_;
};

/// An address as it stands in records: IPv4 in the first four bytes, the rest zero.
bool fits_family(const std::array<std::uint8_t, 16>& address, std::uint8_t family) {
    return family == 6 || std::all_of(address.begin() + 4, address.end(), [](std::uint8_t byte) { return byte == 0; });
}

bool is_unicast(const std::array<std::uint8_t, 16>& address, std::uint8_t family) {
    if (address == std::array<std::uint8_t, 16>{}) return false;
    return family == 4 ? address[0] < 0xe0 : address[0] != 0xff;
}

bool has_host_bits(const std::array<std::uint8_t, 16>& address, unsigned length) {
    for (unsigned bit = length; bit < 128; ++bit) {
        if ((address[bit / 8] & (0x80U >> bit % 8)) != 0) return true;
    }
    return false;
}

void check_field(FieldCheck& check, std::string_view field, std::uint64_t found, Between allowed) {
    check.between(field, found, allowed.low, allowed.high);
}
template <class Enum>
void check_field(FieldCheck& check, std::string_view field, Enum found, AWord) {
    check.one_of(field, found, words<Enum>.back().value);
}
void check_field(FieldCheck& check, std::string_view field, const Name& found, AName) {
    check.name(field, found, longest_name);
}
void check_field(FieldCheck& check, std::string_view field, std::span<const std::uint8_t> found, Unused) {
    check.zero(field, found);
}
void check_field(FieldCheck&, std::string_view, const auto&, AsOthersAllow) {}

/// What each field may hold by itself.
template <class Record>
void check_fields(FieldCheck& check, const Record& record) {
    for_each_field<Record>(
        [&](const auto& field) { check_field(check, field.name, record.*field.member, field.allowed); });
}

void check_queues(FieldCheck& check, const PortRecord& port, std::uint16_t workers) {
    for (std::size_t i = 0; i < port.queue_workers.size(); ++i)
        check.between(fmt::format("queue_workers[{}]", i), port.queue_workers[i], 0,
                      i < port.queue_count ? workers - 1 : 0);
}

void check_ports(FieldCheck& check, const View& view) {
    SlotCheck slots(max_ports);
    UniqueCheck<std::string_view> names;
    for (std::size_t i = 0; i < view.ports().size(); ++i) {
        const PortRecord& port = view.ports()[i];
        check.enter("ports", i);
        check_fields(check, port);
        names.add(check, "name", text_of(port.name), "a name twice");
        if (port.driver == PortDriver::null) {
            check.demand(port.device.front() == '\0', "device", "a device", "none with driver null");
            check.text("device", port.device);
        } else {
            const bool is_interface = port.driver == PortDriver::af_packet || port.driver == PortDriver::af_xdp ||
                                      port.driver == PortDriver::tap;
            check.name("device", port.device, is_interface ? max_interface_name : port.device.size() - 1);
        }
        check.between("memif_server", port.memif_server, 0, port.driver == PortDriver::memif ? 1 : 0);
        if (port.driver != PortDriver::memif) check.zero("mac", port.mac);
        check.demand((port.mac[0] & 1) == 0, "mac", "a group address", "the address of one station, or zero bytes");
        check_queues(check, port, view.header().boot.workers);
        slots.take(check, port.slot);
    }
}

/// The users' port: one of the table, of a driver that carries whole frames, wide enough, with a queue a worker.
void check_inside_port(FieldCheck& check, const View& view) {
    const SnapshotHeader& header = view.header();
    const std::uint16_t index = header.boot.inside_port;
    if (index == no_inside_port) return;
    check.enter_header();
    const std::size_t count = view.ports().size();
    if (!check.demand(index < count, "boot.inside_port", std::to_string(index),
                      fmt::format("an index below {}, the number of ports, or none", count)))
        return;
    const PortRecord& port = view.ports()[index];
    const bool fits =
        port.driver == PortDriver::pci || port.driver == PortDriver::memif || port.driver == PortDriver::null;
    check.demand(fits, "boot.inside_port", "a port of another driver", "a port of driver pci, memif or null");
    check.between("inside_mtu", header.inside_mtu, min_mtu, port.mtu);
    check.enter("ports", index);
    if (port.queue_count == 0) return;
    check.equal("queue_count", port.queue_count, header.boot.workers);
    for (std::size_t i = 0; i < port.queue_count && i < port.queue_workers.size(); ++i)
        check.equal(fmt::format("queue_workers[{}]", i), port.queue_workers[i], i);
}

void check_path(FieldCheck& check, const View& view, const PathRecord& path) {
    check_fields(check, path);
    check.demand(path.family == 4 || path.family == 6, "family", std::to_string(path.family), "4 or 6");
    const std::size_t port_count = view.ports().size();
    if (check.demand(path.port < port_count, "port", std::to_string(path.port),
                     fmt::format("an index below {}, the number of ports", port_count))) {
        check.between("mtu", path.mtu, path.family == 6 ? min_mtu_ipv6 : min_mtu, view.ports()[path.port].mtu);
        check.demand(path.port != view.header().boot.inside_port, "port", std::to_string(path.port),
                     "a port that is not the inside's");
    }
    for (const auto& [field, address] :
         {std::pair{"local_address", &path.local_address}, std::pair{"peer_address", &path.peer_address}}) {
        check.demand(fits_family(*address, path.family), field, "more than 4 bytes", "4 bytes with family 4");
        check.demand(is_unicast(*address, path.family), field, "zero or multicast", "a unicast address");
    }
    check.demand(path.local_address != path.peer_address || path.local_udp_port != path.peer_udp_port, "peer_address",
                 "the local endpoint", "an endpoint of the peer");
}

void check_paths(FieldCheck& check, const View& view) {
    SlotCheck slots(max_paths);
    for (std::size_t i = 0; i < view.paths().size(); ++i) {
        check.enter("paths", i);
        check_path(check, view, view.paths()[i]);
        slots.take(check, view.paths()[i].slot);
    }
}

void check_selector(FieldCheck& check, const char* which, std::uint8_t family, std::uint8_t length,
                    const std::array<std::uint8_t, 16>& address) {
    check.demand(family == 0 || family == 4 || family == 6, fmt::format("{}_family", which), std::to_string(family),
                 "0, 4 or 6");
    check.between(fmt::format("{}_length", which), length, 0, family == 0 ? 0 : family == 4 ? 32 : 128);
    check.demand(!has_host_bits(address, length), which, "bits behind the prefix length", "zero there");
}

bool prefers_its_paths(const ClassRecord& entry) {
    std::uint32_t missing = entry.path_mask;
    std::uint64_t rest = entry.preference;
    for (int i = std::popcount(entry.path_mask); i > 0; --i, rest >>= 4) {
        const std::uint32_t bit = 1U << (rest & 0xf);
        if ((missing & bit) == 0) return false;
        missing &= ~bit;
    }
    return rest == 0;
}

void check_class(FieldCheck& check, const ClassRecord& entry, std::uint16_t path_count) {
    check_fields(check, entry);
    check.demand(entry.dscp_mask != 0, "dscp_mask", "0", "at least one bit set");
    const std::uint32_t all_paths = (1U << path_count) - 1;
    check.demand(entry.path_mask != 0 && (entry.path_mask & ~all_paths) == 0, "path_mask",
                 fmt::format("{:#x}", entry.path_mask),
                 fmt::format("1 to {:#x}, bits of the tunnel's paths", all_paths));
    check.demand(prefers_its_paths(entry), "preference", fmt::format("{:#x}", entry.preference),
                 "each path of path_mask once, then zeros");
    check.between("protocol", entry.protocol, 0, entry.match_protocol == 1 ? 255 : 0);
    const bool any_port = entry.match_ports == 0;
    check.between("source_port_first", entry.source_port_first, 0, any_port ? 0 : entry.source_port_last);
    check.between("source_port_last", entry.source_port_last, any_port ? 65535 : 0, 65535);
    check.between("destination_port_first", entry.destination_port_first, 0,
                  any_port ? 0 : entry.destination_port_last);
    check.between("destination_port_last", entry.destination_port_last, any_port ? 65535 : 0, 65535);
    check.between("copies", entry.copies, 1, static_cast<std::uint64_t>(std::popcount(entry.path_mask)));
    check_selector(check, "source", entry.source_family, entry.source_length, entry.source);
    check_selector(check, "destination", entry.destination_family, entry.destination_length, entry.destination);
}

void check_tunnel(FieldCheck& check, const TunnelRecord& tunnel) {
    check_fields(check, tunnel);
    check.demand(tunnel.tx_key_id != 0, "tx_key_id", "0", "any other number");
    check.demand(tunnel.rx_key_id != 0, "rx_key_id", "0", "any other number");
    check.demand(tunnel.tx_key_id != tunnel.rx_key_id, "rx_key_id", "the id of tx_key", "another key per direction");
    const std::uint8_t most_shards = traits_of(tunnel.wire).may_have_shards ? max_shards : 1;
    check.between("rx_shards", tunnel.rx_shards, 1, most_shards);
    constexpr std::array<std::uint8_t, 32> no_key{};
    check.demand(tunnel.tx_key != no_key, "tx_key", "all zero", "a key");
    check.demand(tunnel.rx_key != no_key, "rx_key", "all zero", "a key");
    check.demand(tunnel.tx_key != tunnel.rx_key, "rx_key", "the bytes of tx_key", "another key per direction");
}

/// The tunnel's own stretch of the table of paths; called when its bounds hold.
void check_paths_of(FieldCheck& check, const View& view, const TunnelRecord& tunnel, std::size_t index) {
    UniqueCheck<std::uint8_t> ids;
    UniqueCheck<std::string_view> names;
    std::uint16_t fits = max_mtu;
    for (std::size_t i = 0; i < tunnel.path_count; ++i) {
        const PathRecord& path = view.paths_of(tunnel)[i];
        check.enter("paths", tunnel.first_path + i);
        ids.add(check, "path_id", path.path_id, fmt::format("{} twice in a tunnel", path.path_id));
        names.add(check, "name", text_of(path.name), "a name twice in a tunnel");
        check.between("local_udp_port", path.local_udp_port, 1, 65536U - tunnel.rx_shards);
        fits = std::min(fits, inner_mtu_for(path.mtu, Family{path.family}, tunnel.wire));
    }
    check.enter("tunnels", index);
    check.between("inner_mtu", tunnel.inner_mtu, min_mtu, fits);
}

void check_classes_of(FieldCheck& check, const View& view, const TunnelRecord& tunnel) {
    UniqueCheck<std::string_view> names;
    for (std::size_t i = 0; i < tunnel.class_count; ++i) {
        const ClassRecord& entry = view.classes_of(tunnel)[i];
        check.enter("classes", tunnel.first_class + i);
        check_class(check, entry, tunnel.path_count);
        names.add(check, "name", text_of(entry.name), "a name twice in a tunnel");
    }
}

/// Tunnels own the paths and classes one after the other, without gaps, so that each has exactly one owner.
void check_tunnels(FieldCheck& check, const View& view) {
    SlotCheck slots(max_tunnels);
    UniqueCheck<std::string_view> names;
    UniqueCheck<std::uint32_t> rx_spis;
    UniqueCheck<std::uint64_t> tx_keys;
    std::uint64_t next_path = 0, next_class = 0;
    for (std::size_t i = 0; i < view.tunnels().size() && !check.failed(); ++i) {
        const TunnelRecord& tunnel = view.tunnels()[i];
        check.enter("tunnels", i);
        check_tunnel(check, tunnel);
        names.add(check, "name", text_of(tunnel.name), "a name twice");
        rx_spis.add(check, "rx_spi", tunnel.rx_spi, fmt::format("{:#x} twice", tunnel.rx_spi));
        // One key under two sequence spaces would repeat nonces.
        tx_keys.add(check, "tx_key_id", tunnel.tx_key_id, "the key of another tunnel");
        slots.take(check, tunnel.slot);
        check.equal("first_path", tunnel.first_path, next_path);
        check.between("path_count", tunnel.path_count, 1,
                      std::min<std::uint64_t>(max_paths_per_tunnel, view.paths().size() - next_path));
        check.equal("first_class", tunnel.first_class, next_class);
        check.between("class_count", tunnel.class_count, 0, view.classes().size() - next_class);
        if (check.failed()) return;
        check_paths_of(check, view, tunnel, i);
        check_classes_of(check, view, tunnel);
        next_path += tunnel.path_count;
        next_class += tunnel.class_count;
    }
    check.enter_header();
    check.equal("paths.count", view.paths().size(), next_path);
    check.equal("classes.count", view.classes().size(), next_class);
}

/// Strictly rising from address 0, each range of a known tunnel or of none.
template <class Range, class First>
void check_ranges(FieldCheck& check, const char* table, std::span<const Range> ranges, std::size_t tunnels,
                  const char* field, First first_of) {
    check.enter_header();
    check.demand(!ranges.empty(), fmt::format("{}.count", table), "0", "1 or more");
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        check.enter(table, i);
        const auto first = first_of(ranges[i]);
        const bool in_order = i == 0 ? first == decltype(first){} : first > first_of(ranges[i - 1]);
        check.demand(in_order, field, i == 0 ? "not 0" : "no more than the one before", "0, then rising");
        check.demand(ranges[i].tunnel < tunnels || ranges[i].tunnel == no_tunnel_index, "tunnel",
                     std::to_string(ranges[i].tunnel), fmt::format("an index below {}, or none", tunnels));
    }
}

}  // namespace

void check_records(FieldCheck& check, const View& view) {
    check_ports(check, view);
    check_inside_port(check, view);
    check_paths(check, view);
    if (!check.failed()) check_tunnels(check, view);
    const std::size_t tunnels = view.tunnels().size();
    check_ranges(check, "ranges_v4", view.ranges_v4(), tunnels, "first",
                 [](const RangeV4Record& range) { return range.first; });
    check_ranges(check, "ranges_v6", view.ranges_v6(), tunnels, "first_high",
                 [](const RangeV6Record& range) { return std::pair(range.first_high, range.first_low); });
    for (std::size_t i = 0; i < view.ranges_v6().size(); ++i) {
        check.enter("ranges_v6", i);
        check.equal("reserved", view.ranges_v6()[i].reserved, 0);
    }
}

}  // namespace ropewalk::config::region
