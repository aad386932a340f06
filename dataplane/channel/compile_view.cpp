#include "dataplane/channel/compile_view.hpp"

#include <algorithm>

#include "config/region/inner_mtu.hpp"
#include "config/region/limits.hpp"

namespace ropewalk::dataplane::channel {

using config::region::ClassRecord;
using config::region::PathRecord;
using config::region::TunnelRecord;

namespace {

/// As many ports as every path of the peer can have; one where shards are not spoken of.
std::uint8_t most_tx_shards(const TunnelRecord& tunnel, std::span<const PathRecord> paths) {
    if (!config::traits_of(tunnel.wire).may_have_shards) return 1;
    unsigned most = config::region::max_shards;
    for (const PathRecord& path : paths) most = std::min(most, 65536U - path.peer_udp_port);
    return static_cast<std::uint8_t>(most);
}

/// What is in no class goes on every path.
std::vector<tunnel::PathChoice> choices_of(std::span<const ClassRecord> classes, std::size_t paths) {
    std::vector<tunnel::PathChoice> choices{tunnel::PathChoice(paths)};
    for (const ClassRecord& wanted : classes) choices.emplace_back(wanted);
    return choices;
}

std::uint16_t port_slot_of(const PathRecord& path, const config::region::View& snapshot) {
    return static_cast<std::uint16_t>(snapshot.ports()[path.port].slot);
}

view::PathView compile_path(const PathRecord& path, config::Wire wire, std::uint16_t port,
                            const PortAddresses& port_addresses) {
    view::PathView out;
    out.header = tunnel::make_header_template(path, wire, port_addresses[port]);
    out.slot = path.slot;
    out.port = port;
    out.inner_mtu = config::region::inner_mtu_for(path.mtu, static_cast<config::Family>(path.family), wire);
    out.path_id = path.path_id;
    out.family = path.family;
    out.computes_udp_checksum = path.udp_checksum != 0;
    if (path.dscp != config::region::dscp_of_inner) {
        out.dscp_ecn_kept = packet::ecn_mask;
        out.dscp_ecn_set = static_cast<std::uint8_t>(path.dscp << 2);
    }
    return out;
}

view::TunnelView compile_tunnel(const TunnelRecord& record, const config::region::View& snapshot,
                                std::uint16_t least_inner_mtu, const PortAddresses& port_addresses,
                                const KeptTunnel& kept) {
    view::TunnelView out{.slot = record.slot,
                         .tx_spi = record.tx_spi,
                         .rx_spi = record.rx_spi,
                         .rx_key_id = record.rx_key_id,
                         .tx_salt = record.tx_salt,
                         .rx_salt = record.rx_salt,
                         .inner_mtu = record.inner_mtu,
                         .least_inner_mtu = least_inner_mtu,
                         .wire = record.wire,
                         .most_tx_shards = most_tx_shards(record, snapshot.paths_of(record)),
                         .computes_udp_checksums = false,
                         .tx_key = kept.tx_key,
                         .rx_key = kept.rx_key,
                         .state = kept.state,
                         .paths = {},
                         .classes = tunnel::ClassTable(snapshot.classes_of(record)),
                         .choices = choices_of(snapshot.classes_of(record), record.path_count),
                         .asks_for_the_best = false,
                         .path_by_id = {}};
    out.asks_for_the_best = std::ranges::any_of(out.choices, &tunnel::PathChoice::asks_for_the_best);
    out.path_by_id.fill(view::TunnelView::unknown_path);
    for (const PathRecord& path : snapshot.paths_of(record)) {
        const auto index = static_cast<std::uint8_t>(out.paths.size());
        out.path_by_id[path.path_id] = index;
        out.paths.push_back(compile_path(path, record.wire, port_slot_of(path, snapshot), port_addresses));
        out.computes_udp_checksums |= path.udp_checksum != 0;
    }
    return out;
}

void add_endpoint(std::vector<view::EndpointView>& endpoints, const PathRecord& path, const TunnelRecord& tunnel) {
    const auto known = std::find_if(endpoints.begin(), endpoints.end(), [&](const view::EndpointView& endpoint) {
        return endpoint.address == path.local_address && endpoint.udp_port == path.local_udp_port &&
               endpoint.family == path.family;
    });
    if (known == endpoints.end())
        endpoints.push_back({path.local_address, path.local_udp_port, path.family, tunnel.wire, tunnel.rx_shards});
    else
        known->shards = std::max<std::uint16_t>(known->shards, tunnel.rx_shards);
}

}  // namespace

Result<std::unique_ptr<view::ConfigView>> compile_view(const config::region::View& snapshot,
                                                       const PortAddresses& port_addresses, TunnelRegistry& registry,
                                                       CompiledRoutes& routes) {
    auto view = std::make_unique<view::ConfigView>();
    view->generation = snapshot.header().generation;
    view->routes = routes.of(snapshot.ranges_v4(), snapshot.ranges_v6());
    view->spis = view::SpiTable(snapshot.tunnels().size());
    for (const config::region::PortRecord& port : snapshot.wan_ports())
        view->wan_ports.push_back(static_cast<std::uint16_t>(port.slot));
    view->tunnel_by_slot.assign(config::region::max_tunnels, config::region::no_tunnel_index);
    view->tunnels.reserve(snapshot.tunnels().size());
    const std::vector<std::uint16_t> least_inner_mtus = config::region::least_inner_mtus(snapshot);

    for (const TunnelRecord& record : snapshot.tunnels()) {
        const auto kept = registry.kept_for(record);
        if (!kept) return tl::make_unexpected(kept.error());
        const auto index = static_cast<std::uint32_t>(view->tunnels.size());
        view->tunnels.push_back(compile_tunnel(record, snapshot, least_inner_mtus[index], port_addresses, *kept));
        view->spis.insert(record.rx_spi, index);
        view->tunnel_by_slot[record.slot] = index;
        const bool is_probed = config::traits_of(record.wire).has_control_messages;
        for (std::size_t i = 0; is_probed && i < view->tunnels[index].paths.size(); ++i)
            view->probed_paths.push_back({view->tunnels[index].paths[i].slot, index, static_cast<std::uint16_t>(i)});
        for (const PathRecord& path : snapshot.paths_of(record))
            for (auto* endpoints : {&view->endpoints_by_port[port_slot_of(path, snapshot)], &view->endpoints})
                add_endpoint(*endpoints, path, record);
    }
    return view;
}

}  // namespace ropewalk::dataplane::channel
