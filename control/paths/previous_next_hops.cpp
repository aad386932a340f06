#include "control/paths/previous_next_hops.hpp"

#include "config/region/fixed_text.hpp"

namespace ropewalk::control::paths {

using config::Family;
using config::region::PathRecord;
using config::region::PortRecord;
using config::region::text_of;
using config::region::View;
using config::schema::Endpoint;
using config::schema::MacAddress;
using config::schema::Path;

namespace {

bool same_endpoints(const PathRecord& record, const Path& path) {
    const Family family = record.family == 4 ? Family::ipv4 : Family::ipv6;
    return path.local == Endpoint{{family, record.local_address}, record.local_udp_port} &&
           path.peer == Endpoint{{family, record.peer_address}, record.peer_udp_port};
}

const PathRecord* find_path(const View& previous, const std::string& tunnel_name, const Path& path) {
    for (const auto& tunnel : previous.tunnels()) {
        if (text_of(tunnel.name) != tunnel_name) continue;
        for (const PathRecord& record : previous.paths_of(tunnel))
            if (text_of(record.name) == path.name) return &record;
    }
    return nullptr;
}

}  // namespace

std::map<std::uint32_t, MacAddress> previous_next_hops(const View& previous,
                                                       const std::map<std::uint32_t, config::region::PathOrder>& orders,
                                                       const config::schema::Gateway& gateway) {
    std::map<std::uint32_t, MacAddress> known;
    for (const auto& tunnel : gateway.tunnels) {
        for (const Path& path : tunnel.paths) {
            const PathRecord* const record = find_path(previous, tunnel.name, path);
            const config::schema::Port* const port = find_port(gateway, path.port);
            if (record == nullptr || port == nullptr || !same_endpoints(*record, path)) continue;
            const auto order = orders.find(record->slot);
            if (order == orders.end() || order->second.use == config::region::PathUse::none) continue;
            const PortRecord& old_port = previous.ports()[record->port];
            if (text_of(old_port.name) == path.port && text_of(old_port.device) == port->device)
                known.emplace(record->slot, MacAddress{order->second.next_hop});
        }
    }
    return known;
}

}  // namespace ropewalk::control::paths
