#include "config/member_count.hpp"
#include "config/number.hpp"
#include "config/region/limits.hpp"
#include "config/schema/read_sections.hpp"
#include "config/schema/rows.hpp"
#include "config/schema/values.hpp"

namespace ropewalk::config::schema {
namespace {

constexpr const char* pci_rule = "the PCI address of a NIC such as 0000:00:05.0";
constexpr const char* socket_rule = "the absolute path of a socket, up to 107 characters";

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

/// Another driver's word for `device`, whose row compares and keeps the member.
Key<Port> device_called(std::string_view name, std::string_view help, Parse<&Port::device> parse, const char* rule) {
    Key<Port> row = value<&Port::device>(
        {.name = name, .effect = Effect::restart, .help = help, .need = Need::present, .required = rule}, parse, rule);
    row.compare = [](const Key<Port>&, const std::string&, const Port&, const Port&, std::vector<Change>&) {};
    row.hold_back = [](const Key<Port>&, const Port&, Port&) {};
    return row;
}

const auto rows = std::to_array<Key<Port>>({
    word<&Port::driver>({.name = "driver",
                         .effect = Effect::restart,
                         .help = "`pci` (bound NIC), `af_packet` (a kernel interface), `af_xdp`, `tap`, `memif`, "
                                 "`null`",
                         .need = Need::present,
                         .required = all_words<PortDriver>()}),
    value<&Port::mtu>({.name = "mtu", .effect = Effect::restart, .help = "largest IP packet of the port"}, parse_bytes,
                      "a size such as 1500B"),
    list<&Port::queues>(
        {.name = "queues",
         .effect = Effect::restart,
         .help = "the worker of each receive queue, such as `[0, 1, 1]`; by default as far as the device has them",
         .absent = "one a worker"},
        parse_between<std::uint16_t, 0, region::max_workers - 1>,
        fmt::format("the number of the worker that polls this receive queue, 0 to {}", region::max_workers - 1)),
    word<&Port::spread>({.name = "spread",
                         .effect = Effect::restart,
                         .help = "`never`: workers without a queue on the port get no share of its copies"}),
    value<&Port::device>({.name = "device",
                          .effect = Effect::restart,
                          .help = "pci: the card's PCI address",
                          .need = Need::present,
                          .required = pci_rule},
                         parse_pci_address, pci_rule),
    device_called("interface", "af_packet, af_xdp, tap: the kernel's name", parse_interface, interface_rule),
    word<&Port::joined>({.name = "joined",
                         .effect = Effect::restart,
                         .help = "af_packet: `auto`: copies leave several a system call, where device and kernel cut "
                                 "them rightly; `off`: frame by frame"}),
    device_called("socket", "memif: the path of its socket", parse_socket_path, socket_rule),
    word<&Port::memif_role>(
        {.name = "role", .effect = Effect::restart, .help = "memif: `server` makes the socket, `client` joins"}),
    value<&Port::mac>({.name = "mac",
                       .effect = Effect::restart,
                       .help = "memif: the Ethernet address of this end; by default another one at each start",
                       .absent = "random"},
                      parse_mac_address, mac_rule),
});
// The name stands before the keys, and the device has three.
static_assert(std::size(rows) == member_count<Port>() - 1 + 2);

std::span<const Key<Port>> common_keys() {
    return std::span(rows).first(4);
}

/// What a driver has behind the common ones.
std::span<const Key<Port>> keys_of_driver(PortDriver driver) {
    const std::span own = std::span<const Key<Port>>(rows).subspan(4);
    switch (driver) {
        case PortDriver::pci:
            return own.subspan(0, 1);
        case PortDriver::af_packet:
            return own.subspan(1, 2);
        case PortDriver::af_xdp:
        case PortDriver::tap:
            return own.subspan(1, 1);
        case PortDriver::memif:
            return own.subspan(3);
        case PortDriver::null:
            break;
    }
    return {};
}

std::optional<PortDriver> driver_of(const YamlNode& node) {
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
        if (node.keys[i].text == "driver") return parse_word<PortDriver>(node.items[i].text);
    }
    return std::nullopt;
}

}  // namespace

template <>
std::span<const Key<Port>> keys_of<Port>() {
    return rows;
}

Port read_port(const std::string& name, std::size_t, const YamlNode& node, const std::string& key, Notes& notes) {
    Port port;
    port.name = name;
    const std::optional<PortDriver> driver = driver_of(node);
    const auto own = driver ? keys_of_driver(*driver) : std::span<const Key<Port>>{};
    std::vector<std::string> names = names_of(driver ? common_keys() : keys_of<Port>());
    for (const std::string& own_name : names_of(own)) names.push_back(own_name);
    const MapReader map(node, key, names, notes);
    read_section(map, common_keys(), port);
    read_section(map, own, port);
    return port;
}

}  // namespace ropewalk::config::schema
