#include <algorithm>

#include <fmt/format.h>

#include "config/region/limits.hpp"
#include "config/region/records.hpp"
#include "config/schema/number.hpp"
#include "config/schema/read_sections.hpp"

namespace ropewalk::config::schema {
namespace {

constexpr const char* mac_rule = "an Ethernet address such as 02:00:00:00:00:01";
constexpr const char* interface_rule = "the name of a kernel interface, up to 15 characters";

std::optional<std::string> parse_text(std::string_view text) {
    const bool printable = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
    return printable && !text.empty() ? std::optional(std::string(text)) : std::nullopt;
}

/// As the kernel's dev_valid_name, and printable.
std::optional<std::string> parse_interface(std::string_view text) {
    const bool valid = !text.empty() && text.size() <= region::max_interface_name && text != "." && text != ".." &&
                       std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != '/' && c != ':'; });
    return valid ? std::optional(std::string(text)) : std::nullopt;
}

/// `0000:00:05.0`, or without the domain; always given back with it.
std::optional<std::string> parse_pci_address(std::string_view text) {
    const std::string full = text.size() == 7 ? "0000:" + std::string(text) : std::string(text);
    constexpr std::string_view shape = "hhhh:hh:hh.d";
    if (full.size() != shape.size()) return std::nullopt;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const char c = full[i];
        const bool is_digit = c >= '0' && c <= '9';
        const bool fits = shape[i] == 'h'   ? is_digit || (c >= 'a' && c <= 'f')
                          : shape[i] == 'd' ? c >= '0' && c <= '7'
                                            : c == shape[i];
        if (!fits) return std::nullopt;
    }
    return full;
}

/// A path that fits a socket address (sun_path).
std::optional<std::string> parse_socket_path(std::string_view text) {
    constexpr std::size_t longest = 107;
    return text.starts_with('/') && text.size() <= longest ? parse_text(text) : std::nullopt;
}

std::optional<std::string> parse_directory(std::string_view text) {
    constexpr std::size_t longest = sizeof(region::BootRecord::state_dir) - 1;
    return text.starts_with('/') && text.size() <= longest ? parse_text(text) : std::nullopt;
}

std::optional<std::string> parse_name(std::string_view text) {
    return is_name(text) ? std::optional(std::string(text)) : std::nullopt;
}

void read_identity(const YamlNode& node, Gateway& gateway, Notes& notes) {
    const MapReader map(node, "gateway", {"name", "state_dir"}, notes);
    map.require("name", std::string("a name: ") + name_rule);
    map.read("name", gateway.name, parse_name, name_rule);
    map.read("state_dir", gateway.state_dir, parse_directory, "an absolute path of up to 127 characters");
}

void read_dataplane(const YamlNode& node, Dataplane& dataplane, Notes& notes) {
    const MapReader map(node, "dataplane", {"workers", "worker_cpus", "memory", "hugepages", "idle", "eal_args"},
                        notes);
    map.read(
        "workers", dataplane.workers, [](std::string_view text) { return parse_number<std::uint16_t>(text, 0, 65535); },
        fmt::format("a number from 1 to {}", region::max_workers));
    map.read_list(
        "worker_cpus", dataplane.worker_cpus,
        [](std::string_view text) { return parse_number<std::uint16_t>(text, 0, region::max_cpu); },
        fmt::format("a CPU number from 0 to {}", region::max_cpu));
    map.read("memory", dataplane.memory, parse_bytes, "a size such as 128MiB");
    map.read_word("hugepages", dataplane.hugepages);
    map.read_word("idle", dataplane.idle);
    map.read_list("eal_args", dataplane.eal_args, parse_text, "a printable argument for rte_eal_init");
}

void read_inside(const YamlNode& node, Inside& inside, Notes& notes) {
    const MapReader map(node, "inside", {"interface", "port", "next_hop", "addresses", "mtu"}, notes);
    map.read("interface", inside.interface, parse_interface, interface_rule);
    map.read("port", inside.port, parse_name, name_rule);
    map.read("next_hop", inside.next_hop, parse_mac_address, mac_rule);
    if (map.has("port")) {
        if (map.has("interface"))
            notes.problem(map.key_of("interface"), "an interface beside inside.port",
                          "one of the two: users are behind a kernel interface or behind a port");
        map.require("next_hop", "with inside.port: the Ethernet address of the users' router behind it");
        inside.interface.clear();
    } else if (map.has("next_hop")) {
        notes.problem(map.key_of("next_hop"), "an Ethernet address without inside.port",
                      "only with inside.port: behind an interface the kernel finds the neighbours");
    }
    map.read_list("addresses", inside.addresses, parse_prefix,
                  "an address with its prefix length such as 192.0.2.1/24 or \"2001:db8::1/64\"");
    const YamlNode* const mtu = map.find("mtu");
    if (mtu != nullptr && mtu->text != "auto")
        map.read("mtu", inside.mtu, parse_bytes, "auto, or a size such as 1400B");
}

/// The key by which a driver names its device; nullptr for a driver without one.
const char* device_key_of(PortDriver driver) {
    switch (driver) {
        case PortDriver::pci:
            return "device";
        case PortDriver::af_packet:
        case PortDriver::af_xdp:
        case PortDriver::tap:
            return "interface";
        case PortDriver::memif:
            return "socket";
        case PortDriver::null:
            return nullptr;
    }
    return nullptr;
}

std::vector<std::string> keys_of(std::optional<PortDriver> driver) {
    if (!driver) return {"driver", "mtu", "queues", "spread", "device", "interface", "socket", "role", "mac"};
    std::vector<std::string> keys{"driver", "mtu", "queues", "spread"};
    if (const char* const device = device_key_of(*driver)) keys.emplace_back(device);
    if (*driver == PortDriver::memif) keys.insert(keys.end(), {"role", "mac"});
    return keys;
}

std::optional<PortDriver> driver_of(const YamlNode& node) {
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
        if (node.keys[i].text == "driver") return parse_word<PortDriver>(node.items[i].text);
    }
    return std::nullopt;
}

}  // namespace

Port read_port(const std::string& name, const YamlNode& node, const std::string& key, Notes& notes) {
    Port port;
    port.name = name;
    const std::optional<PortDriver> driver = driver_of(node);
    const MapReader map(node, key, keys_of(driver), notes);
    map.require("driver", all_words<PortDriver>());
    map.read_word("driver", port.driver);
    map.read("mtu", port.mtu, parse_bytes, "a size such as 1500B");
    map.read_list(
        "queues", port.queues,
        [](std::string_view text) { return parse_number<std::uint16_t>(text, 0, region::max_workers - 1); },
        fmt::format("the number of the worker that polls this receive queue, 0 to {}", region::max_workers - 1));
    map.read_word("spread", port.spread);
    if (!driver) return port;

    if (*driver == PortDriver::pci) {
        constexpr const char* rule = "the PCI address of a NIC such as 0000:00:05.0";
        map.require("device", rule);
        map.read("device", port.device, parse_pci_address, rule);
    } else if (*driver == PortDriver::memif) {
        constexpr const char* rule = "the absolute path of a socket, up to 107 characters";
        map.require("socket", rule);
        map.read("socket", port.device, parse_socket_path, rule);
        map.read_word("role", port.memif_role);
        map.read("mac", port.mac, parse_mac_address, mac_rule);
    } else if (*driver != PortDriver::null) {
        map.require("interface", interface_rule);
        map.read("interface", port.device, parse_interface, interface_rule);
    }
    return port;
}

Gateway read_gateway(const YamlNode& root, Notes& notes) {
    Gateway gateway;
    const MapReader map(root, "", {"gateway", "dataplane", "ports", "inside", "tunnels"}, notes);
    if (root.kind != YamlNode::Kind::map) return gateway;
    map.require("gateway", "a map with the gateway's name");
    map.require_members("ports", "at least one port");
    map.require("tunnels", "a map from names to tunnels, {} for none");
    if (const YamlNode* const node = map.find("gateway")) read_identity(*node, gateway, notes);
    if (const YamlNode* const node = map.find("dataplane")) read_dataplane(*node, gateway.dataplane, notes);
    if (const YamlNode* const node = map.find("inside")) read_inside(*node, gateway.inside, notes);
    map.for_each_named("ports", "ports", [&](const std::string& name, const YamlNode& node, const std::string& key) {
        gateway.ports.push_back(read_port(name, node, key, notes));
    });
    map.for_each_named("tunnels", "tunnels",
                       [&](const std::string& name, const YamlNode& node, const std::string& key) {
                           gateway.tunnels.push_back(read_tunnel(name, node, key, notes));
                       });
    return gateway;
}

}  // namespace ropewalk::config::schema
