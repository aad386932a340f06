#include "control/metrics/exported.hpp"

#include "control/metrics/metric_text.hpp"

namespace ropewalk::control::metrics {

Exported exported_of(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved) {
    Exported exported{labels_of({{"gateway", gateway.name}}), {}, {}, {}, {}};
    for (const auto& port : gateway.ports) {
        const Exported::Item item{labels_of({{"gateway", gateway.name}, {"port", port.name}}),
                                  resolved.port_slots.at(port.name)};
        exported.ports.push_back(item);
        if (port.name != gateway.inside.port) exported.wan_ports.push_back(item);
    }
    for (const auto& tunnel : gateway.tunnels) {
        exported.tunnels.push_back(
            {labels_of({{"gateway", gateway.name}, {"tunnel", tunnel.name}}), resolved.tunnel_slots.at(tunnel.name)});
        for (const auto& path : tunnel.paths)
            exported.paths.push_back(
                {labels_of({{"gateway", gateway.name}, {"tunnel", tunnel.name}, {"path", path.name}}),
                 resolved.path_slots.at(config::snapshot::path_key(tunnel, path))});
    }
    return exported;
}

}  // namespace ropewalk::control::metrics
