#include "tests/sim/configurations.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <tuple>

#include <fmt/format.h>

#include "config/schema/read.hpp"
#include "tests/pipeline/gateway_shape.hpp"

namespace ropewalk::tests::sim {
namespace {

std::string edge_classes(unsigned set, std::size_t paths) {
    const auto sparing = [](const char* mode) {
        return fmt::format("      sparing: {{ match: {{ protocol: udp, max_size: 100B }}, mode: {} }}\n", mode);
    };
    const std::string voice = fmt::format("      voice: {{ match: {{ dscp: [46] }}, mode: duplicate, copies: {} }}\n",
                                          std::min<std::size_t>(paths, 2));
    switch (set) {
        case 1:
            return voice;
        case 2:
            return sparing("best");
        case 3:
            return voice + sparing("backup");
        default:
            return {};
    }
}

/// A reload to other classes is one to another number of shards too.
unsigned edge_shards(const Scenario& scenario, unsigned classes) {
    return 1 + static_cast<unsigned>((scenario.seed + classes) % 4);
}
unsigned hub_shards(const Scenario& scenario) {
    return 1 + static_cast<unsigned>(scenario.seed / 4 % 3);
}

config::schema::Gateway read(const Scenario& scenario, Side side, unsigned classes, unsigned least_shards) {
    pipeline::GatewayShape shape;
    shape.outer = static_cast<int>(scenario.outer);
    shape.paths = static_cast<unsigned>(scenario.paths.size());
    shape.ports = scenario.ports == Scenario::Ports::shared ? pipeline::GatewayShape::Ports::shared
                                                            : pipeline::GatewayShape::Ports::one_per_path;
    shape.classes = edge_classes(classes, scenario.paths.size());
    shape.edge_shards = std::max(edge_shards(scenario, classes), least_shards);
    shape.hub_shards = hub_shards(scenario);
    auto gateway = config::schema::read_gateway_text(
        side == Side::edge ? pipeline::edge_yaml(shape) : pipeline::hub_yaml(shape), "simulated.yaml");
    if (!gateway) throw std::logic_error(config::schema::to_string(gateway.error().front()));
    // Something that a running dataplane cannot take over.
    gateway->dataplane.memory = config::schema::Bytes{(64ULL + classes) << 20};
    // Next hops come from the simulated kernel.
    for (auto& path : gateway->tunnels.front().paths) path.next_hop.reset();
    return std::move(*gateway);
}

}  // namespace

const config::schema::Gateway& gateway_of(const Scenario& scenario, Side side, unsigned classes,
                                          unsigned least_shards) {
    // Thousands of runs share a few shapes.
    using Key = std::tuple<unsigned, std::size_t, Scenario::Ports, unsigned, unsigned, Side, unsigned>;
    static std::map<Key, config::schema::Gateway> known;
    const Key key(scenario.outer, scenario.paths.size(), scenario.ports,
                  std::max(edge_shards(scenario, classes), least_shards), hub_shards(scenario), side, classes);
    const auto found = known.find(key);
    return found != known.end() ? found->second
                                : known.emplace(key, read(scenario, side, classes, least_shards)).first->second;
}

ControlProcess::NextHops next_hops_of(const Scenario& scenario, const config::schema::Gateway& gateway,
                                      std::uint32_t lost) {
    ControlProcess::NextHops known;
    const auto& tunnel = gateway.tunnels.front();
    for (std::size_t i = 0; i < tunnel.paths.size(); ++i)
        if (scenario.path_in_use[i] && (lost >> i & 1) == 0)
            known[config::snapshot::path_key(tunnel, tunnel.paths[i])] = {
                {0x02, 0, 0, 0, 0xff, static_cast<std::uint8_t>(i + 1)}};
    return known;
}

}  // namespace ropewalk::tests::sim
