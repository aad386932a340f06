#include "config/snapshot/dump.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/codes.hpp"
#include "config/region/fields.hpp"
#include "config/region/fixed_text.hpp"
#include "config/schema/endpoint.hpp"
#include "config/schema/mac_address.hpp"
#include "config/schema/prefix.hpp"

namespace ropewalk::config::snapshot {
namespace {

using Json = nlohmann::ordered_json;

schema::IpAddress address_of(std::uint8_t family, const std::array<std::uint8_t, 16>& bytes) {
    return {Family{family}, bytes};
}

std::string hex(std::uint64_t value) {
    return fmt::format("{:#x}", value);
}

Json shown(std::integral auto value) {
    return value;
}
template <std::size_t size>
Json shown(const std::array<char, size>& text) {
    return region::text_of(text);
}
template <class Enum>
requires std::is_enum_v<Enum> Json shown(Enum value) {
    return word_of(value);
}

/// Every field that is shown by its name and has no line yet.
template <class Record>
void add_fields(Json& json, const Record& record) {
    region::for_each_field<Record>([&](const auto& field) {
        if constexpr (requires { shown(record.*field.member); }) {
            const std::string key(field.name);
            if (field.shown == region::Shown::by_name && !json.contains(key)) json[key] = shown(record.*field.member);
        }
    });
}

Json dump_boot(const region::BootRecord& boot) {
    Json json;
    json["workers"] = boot.workers;
    json["worker_cpus"] =
        std::vector<std::uint16_t>(boot.worker_cpus.begin(), boot.worker_cpus.begin() + boot.worker_cpu_count);
    json["memory_bytes"] = boot.memory_bytes;
    json["hugepages"] = word_of(boot.hugepages);
    json["idle"] = word_of(boot.idle);
    json["max_age_ms"] = boot.max_age_ms;
    std::string eal_args(region::text_of(boot.eal_args));
    std::ranges::replace(eal_args, '\n', ' ');
    json["eal_args"] = eal_args;
    json["state_dir"] = region::text_of(boot.state_dir);
    return json;
}

Json dump_port(const region::PortRecord& port) {
    Json json;
    json["driver"] = word_of(port.driver);
    json["device"] = region::text_of(port.device);
    if (port.driver == PortDriver::memif) json["role"] = port.memif_server == 1 ? "server" : "client";
    if (port.mac != std::array<std::uint8_t, 6>{}) json["mac"] = to_string(schema::MacAddress{port.mac});
    json["mtu"] = port.mtu;
    if (port.queue_count != 0)
        json["queues"] =
            std::vector<std::uint16_t>(port.queue_workers.begin(), port.queue_workers.begin() + port.queue_count);
    json["spread"] = word_of(port.spread);
    if (port.driver == PortDriver::af_packet) json["joined"] = word_of(port.joined);
    add_fields(json, port);
    return json;
}

Json dump_inside(const region::View& view) {
    const region::BootRecord& boot = view.header().boot;
    Json json;
    if (view.inside_port() == nullptr) {
        json["interface"] = region::text_of(boot.inside_interface);
    } else {
        json["port"] = region::text_of(view.inside_port()->name);
        json["next_hop"] = to_string(schema::MacAddress{boot.inside_next_hop});
    }
    json["mtu"] = view.header().inside_mtu;
    return json;
}

Json dump_path(const region::View& view, const region::PathRecord& path, const region::PathOrder& order) {
    Json json;
    json["id"] = path.path_id;
    json["port"] = region::text_of(view.ports()[path.port].name);
    json["local"] = to_string(schema::Endpoint{address_of(path.family, path.local_address), path.local_udp_port});
    json["peer"] = to_string(schema::Endpoint{address_of(path.family, path.peer_address), path.peer_udp_port});
    json["mtu"] = path.mtu;
    json["rate_kbit"] = path.rate_kbit;
    json["next_hop"] = order.use != region::PathUse::none ? to_string(schema::MacAddress{order.next_hop}) : "unknown";
    json["udp_checksum"] = path.udp_checksum == 1 ? "computed" : "zero";
    if (path.dscp == region::dscp_of_inner)
        json["dscp"] = "copy";
    else
        json["dscp"] = path.dscp;
    add_fields(json, path);
    return json;
}

std::string selector(std::uint8_t family, std::uint8_t length, const std::array<std::uint8_t, 16>& bytes) {
    return family == 0 ? "any" : to_string(schema::Prefix{address_of(family, bytes), length});
}

std::string port_range(std::uint16_t first, std::uint16_t last) {
    return first == last ? std::to_string(first) : fmt::format("{}-{}", first, last);
}

Json dump_match(const region::ClassRecord& entry) {
    Json json;
    if (entry.dscp_mask != ~std::uint64_t{0}) {
        for (unsigned dscp = 0; dscp < 64; ++dscp) {
            if ((entry.dscp_mask >> dscp & 1) != 0) json["dscp"].push_back(dscp);
        }
    }
    if (entry.match_protocol == 1) json["protocol"] = entry.protocol;
    if (entry.source_family != 0) json["source"] = selector(entry.source_family, entry.source_length, entry.source);
    if (entry.destination_family != 0) {
        json["destination"] = selector(entry.destination_family, entry.destination_length, entry.destination);
    }
    if (entry.match_ports == 1) {
        json["source_port"] = port_range(entry.source_port_first, entry.source_port_last);
        json["destination_port"] = port_range(entry.destination_port_first, entry.destination_port_last);
    }
    if (entry.max_size != 0xffff) json["max_size"] = entry.max_size;
    return json.is_null() ? Json("everything") : json;
}

Json dump_class(const region::View& view, const region::TunnelRecord& tunnel, const region::ClassRecord& entry) {
    Json json;
    json["match"] = dump_match(entry);
    json["mode"] = word_of(entry.mode);
    json["copies"] = entry.copies;
    for (int i = 0; i < std::popcount(entry.path_mask); ++i)
        json["paths"].push_back(region::text_of(view.paths_of(tunnel)[entry.preference >> 4 * i & 0xf].name));
    add_fields(json, entry);
    return json;
}

schema::IpAddress ipv4(std::uint32_t value) {
    schema::IpAddress address{Family::ipv4, {}};
    for (std::size_t i = 0; i < 4; ++i) address.bytes[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
    return address;
}

schema::IpAddress ipv6(std::uint64_t high, std::uint64_t low) {
    schema::IpAddress address{Family::ipv6, {}};
    for (std::size_t i = 0; i < 8; ++i) {
        address.bytes[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
        address.bytes[i + 8] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
    }
    return address;
}

std::string interval(const schema::IpAddress& first, const schema::IpAddress& last) {
    return first == last ? to_string(first) : fmt::format("{} - {}", to_string(first), to_string(last));
}

/// The inner destinations that lead to the tunnel, as closed intervals, longest prefix worked out.
Json dump_destinations(const region::View& view, std::uint32_t tunnel) {
    Json json = Json::array();
    const auto v4 = view.ranges_v4();
    for (std::size_t i = 0; i < v4.size(); ++i) {
        const std::uint32_t last = i + 1 < v4.size() ? v4[i + 1].first - 1 : ~std::uint32_t{0};
        if (v4[i].tunnel == tunnel) json.push_back(interval(ipv4(v4[i].first), ipv4(last)));
    }
    const auto v6 = view.ranges_v6();
    for (std::size_t i = 0; i < v6.size(); ++i) {
        if (v6[i].tunnel != tunnel) continue;
        std::uint64_t high = ~std::uint64_t{0}, low = high;
        if (i + 1 < v6.size()) {
            high = v6[i + 1].first_low == 0 ? v6[i + 1].first_high - 1 : v6[i + 1].first_high;
            low = v6[i + 1].first_low - 1;
        }
        json.push_back(interval(ipv6(v6[i].first_high, v6[i].first_low), ipv6(high, low)));
    }
    return json;
}

Json dump_tunnel(const region::View& view, const StandingOrders& orders, std::uint32_t index) {
    const region::TunnelRecord& tunnel = view.tunnels()[index];
    Json json;
    json["peer"] = region::text_of(tunnel.peer);
    json["cipher"] = word_of(tunnel.cipher);
    json["wire"] = word_of(tunnel.wire);
    json["rx_shards"] = tunnel.rx_shards;
    json["tx_shards"] = orders.tunnels[index].tx_shards;
    json["inner_mtu"] = tunnel.inner_mtu;
    json["inner_mtu_now"] = orders.tunnels[index].inner_mtu;
    json["window_packets"] = std::uint64_t{1} << tunnel.window_log2;
    json["tx_key_id"] = hex(tunnel.tx_key_id);
    json["rx_key_id"] = hex(tunnel.rx_key_id);
    json["tx_spi"] = hex(tunnel.tx_spi);
    json["rx_spi"] = hex(tunnel.rx_spi);
    add_fields(json, tunnel);
    json["destinations"] = dump_destinations(view, index);
    json["paths"] = Json::object();
    for (std::size_t i = tunnel.first_path; i < std::size_t{tunnel.first_path} + tunnel.path_count; ++i) {
        const region::PathRecord& path = view.paths()[i];
        json["paths"][std::string(region::text_of(path.name))] = dump_path(view, path, orders.paths[i]);
    }
    json["classes"] = Json::object();
    for (const region::ClassRecord& entry : view.classes_of(tunnel)) {
        json["classes"][std::string(region::text_of(entry.name))] = dump_class(view, tunnel, entry);
    }
    return json;
}

std::string scalar_text(const Json& json) {
    return json.is_string() ? json.get<std::string>() : json.dump();
}

void append_text(std::string& text, const Json& json, std::size_t depth) {
    for (const auto& [key, value] : json.items()) {
        text.append(depth * 2, ' ').append(key).append(":");
        if (value.is_object() && !value.empty()) {
            text += '\n';
            append_text(text, value, depth + 1);
            continue;
        }
        std::string line;
        if (value.is_array()) {
            for (const Json& item : value) line.append(line.empty() ? "" : ", ").append(scalar_text(item));
        } else if (!value.is_object()) {
            line = scalar_text(value);
        }
        text.append(" ").append(line.empty() ? "none" : line).append("\n");
    }
}

}  // namespace

Json dump_json(const region::View& view, const StandingOrders& orders) {
    Json json;
    json["gateway"] = region::text_of(view.header().gateway);
    json["generation"] = view.header().generation;
    json["dataplane"] = dump_boot(view.header().boot);
    json["inside"] = dump_inside(view);
    json["ports"] = Json::object();
    for (const region::PortRecord& port : view.ports())
        json["ports"][std::string(region::text_of(port.name))] = dump_port(port);
    json["tunnels"] = Json::object();
    for (std::size_t i = 0; i < view.tunnels().size(); ++i) {
        const region::TunnelRecord& tunnel = view.tunnels()[i];
        json["tunnels"][std::string(region::text_of(tunnel.name))] =
            dump_tunnel(view, orders, static_cast<std::uint32_t>(i));
    }
    return json;
}

std::string dump_text(const region::View& view, const StandingOrders& orders) {
    std::string text;
    append_text(text, dump_json(view, orders), 0);
    return text;
}

}  // namespace ropewalk::config::snapshot
