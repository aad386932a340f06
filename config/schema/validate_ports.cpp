#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "config/region/limits.hpp"
#include "config/schema/validate.hpp"
#include "config/schema/wording.hpp"

namespace ropewalk::config::schema {
namespace {

/// Which of the machine's things a port takes for itself: kernel interfaces, NICs and sockets have names of their own.
enum class Kind : std::uint8_t { interface, nic, socket };

Kind kind_of(PortDriver driver) {
    if (driver == PortDriver::pci) return Kind::nic;
    return driver == PortDriver::memif ? Kind::socket : Kind::interface;
}

const char* device_key_of(Kind kind) {
    if (kind == Kind::nic) return "device";
    return kind == Kind::socket ? "socket" : "interface";
}

/// A queue that no worker polls fills up and takes its paths with it.
void validate_queues(const Port& port, const std::string& key, std::uint16_t workers, Notes& notes) {
    if (port.queues.size() > region::max_workers) {
        notes.problem(key + ".queues", fmt::format("{} receive queues", port.queues.size()),
                      fmt::format("{} at most", region::max_workers));
    }
    for (std::size_t i = 0; i < port.queues.size(); ++i) {
        if (port.queues[i] < workers) continue;
        notes.problem(fmt::format("{}.queues[{}]", key, i),
                      fmt::format("worker {}, so that queue {} would have no worker", port.queues[i], i),
                      workers == 1 ? "0 (dataplane.workers is 1)"
                                   : fmt::format("0 to {} (dataplane.workers is {})", workers - 1, workers));
    }
}

}  // namespace

void validate_ports(const Gateway& gateway, Notes& notes) {
    if (gateway.ports.size() > region::max_ports) {
        notes.problem("ports", fmt::format("{} ports", gateway.ports.size()),
                      fmt::format("{} at most", region::max_ports));
    }
    std::map<std::pair<Kind, std::string>, std::string> devices;
    for (const Port& port : gateway.ports) {
        const std::string key = fmt::format("ports.{}", shown(port.name));
        if (port.mtu.count < region::min_mtu || port.mtu.count > region::max_mtu) {
            notes.problem(key + ".mtu", in_quotes(to_string(port.mtu)),
                          fmt::format("{}B to {}B", region::min_mtu, region::max_mtu));
        }
        validate_queues(port, key, gateway.dataplane.workers, notes);
        if (port.mac) validate_station(*port.mac, key + ".mac", "the Ethernet address that this end is to have", notes);
        if (port.device.empty()) continue;
        const Kind kind = kind_of(port.driver);
        const std::string device_key = fmt::format("{}.{}", key, device_key_of(kind));
        const auto [first, is_new] = devices.emplace(std::pair(kind, port.device), device_key);
        if (!is_new) {
            notes.problem(device_key,
                          fmt::format("{} a second time, first on line {} ({})", in_quotes(port.device),
                                      notes.line_of(first->second), first->second),
                          "each device in one port; several paths can share a port");
        }
    }
}

}  // namespace ropewalk::config::schema
