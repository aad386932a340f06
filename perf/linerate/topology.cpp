#include "perf/linerate/topology.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ropewalk::perf::linerate {

using fixture::End;

Result<Topology> Topology::make(const TopologyPlan& plan, rte_mempool* pool, unsigned lcore) {
    Topology topology(plan, pool);
    Result<void> added;
    switch (plan.kind) {
        case TopologyKind::generator:
            added = topology.add_generator();
            break;
        case TopologyKind::looped:
            added = topology.add_looped(lcore);
            break;
        case TopologyKind::back_to_back:
            added = topology.add_back_to_back(lcore);
            break;
        case TopologyKind::ports:
            added = topology.add_ports();
            break;
    }
    if (!added) return tl::make_unexpected(added.error());
    return topology;
}

Result<const Cable*> Topology::add_cable(const std::string& name) {
    auto cable = Cable::between_two(name, plan_.ring_packets, pool_);
    if (!cable) return tl::make_unexpected(cable.error());
    return cables_.emplace_back(std::make_unique<Cable>(std::move(*cable))).get();
}

Result<const Cable*> Topology::add_loop(const std::string& name) {
    auto cable = Cable::back_to_itself(name, plan_.ring_packets, pool_);
    if (!cable) return tl::make_unexpected(cable.error());
    return cables_.emplace_back(std::make_unique<Cable>(std::move(*cable))).get();
}

Result<std::unique_ptr<GatewayOnPorts>> Topology::gateway(End end, EthdevIds ports) const {
    auto made = fixture::GatewayInMemory::make(fixture::gateway_configuration(end, plan_.cipher, plan_.copies),
                                               fixture::keys_of(end), pool_);
    if (!made) return tl::make_unexpected(made.error());
    return std::make_unique<GatewayOnPorts>(std::move(*made), std::move(ports), pool_);
}

Result<void> Topology::add_generator() {
    const auto loop = add_loop("loop");
    if (!loop) return tl::make_unexpected(loop.error());
    ends_.push_back({(*loop)->left(), (*loop)->left()});
    return {};
}

Result<void> Topology::add_looped(unsigned lcore) {
    const auto inside = add_cable("inside");
    if (!inside) return tl::make_unexpected(inside.error());
    std::vector<std::uint16_t> wan;
    for (std::uint16_t path = 0; path < plan_.copies; ++path) {
        const auto loop = add_loop(fmt::format("path{}", path));
        if (!loop) return tl::make_unexpected(loop.error());
        wan.push_back((*loop)->left());
    }
    auto looped = gateway(End::looped, {(*inside)->right(), wan});
    if (!looped) return tl::make_unexpected(looped.error());
    std::vector<std::unique_ptr<GatewayOnPorts>> gateways;
    gateways.push_back(std::move(*looped));
    gateways_ = std::make_unique<Gateways>(std::move(gateways), lcore);
    ends_.push_back({(*inside)->left(), (*inside)->left()});
    return {};
}

Result<void> Topology::add_back_to_back(unsigned lcore) {
    const auto near_inside = add_cable("near"), far_inside = add_cable("far");
    if (!near_inside) return tl::make_unexpected(near_inside.error());
    if (!far_inside) return tl::make_unexpected(far_inside.error());
    std::vector<std::uint16_t> near_wan, far_wan;
    for (std::uint16_t path = 0; path < plan_.copies; ++path) {
        const auto cable = add_cable(fmt::format("path{}", path));
        if (!cable) return tl::make_unexpected(cable.error());
        near_wan.push_back((*cable)->left());
        far_wan.push_back((*cable)->right());
    }
    auto near_gateway = gateway(End::near, {(*near_inside)->right(), near_wan});
    if (!near_gateway) return tl::make_unexpected(near_gateway.error());
    auto far_gateway = gateway(End::far, {(*far_inside)->right(), far_wan});
    if (!far_gateway) return tl::make_unexpected(far_gateway.error());
    std::vector<std::unique_ptr<GatewayOnPorts>> gateways;
    gateways.push_back(std::move(*near_gateway));
    gateways.push_back(std::move(*far_gateway));
    gateways_ = std::make_unique<Gateways>(std::move(gateways), lcore);
    ends_.push_back({(*near_inside)->left(), (*far_inside)->left()});
    if (plan_.ways == Ways::both) ends_.push_back({(*far_inside)->left(), (*near_inside)->left()});
    return {};
}

Result<void> Topology::add_ports() {
    for (const std::string& device : plan_.devices) {
        auto port = OuterPort::open(device, pool_);
        if (!port) return tl::make_unexpected(port.error());
        outer_.push_back(std::move(*port));
    }
    ends_.push_back({outer_[0].id(), outer_[1].id()});
    if (plan_.ways == Ways::both) ends_.push_back({outer_[1].id(), outer_[0].id()});
    return {};
}

std::vector<Stream> Topology::streams(FrameShape shape) const {
    std::vector<Stream> streams;
    for (std::size_t way = 0; way < ends_.size(); ++way) {
        shape.direction = way == 0 ? Direction::forward : Direction::reverse;
        if (!outer_.empty())
            shape.ethernet = {plan_.next_hop.value_or(outer_[1 - way].address()), outer_[way].address()};
        streams.emplace_back(shape, Stream::Ends{ends_[way].tx, ends_[way].rx, pool_, plan_.steal_every});
    }
    return streams;
}

std::optional<double> Topology::line_bps() const {
    if (outer_.empty() || !outer_[0].line_bps() || !outer_[1].line_bps()) return std::nullopt;
    return std::min(*outer_[0].line_bps(), *outer_[1].line_bps());
}

std::vector<std::string> Topology::drivers() const {
    if (outer_.empty()) return {"net_ring"};
    if (outer_[0].driver() == outer_[1].driver()) return {outer_[0].driver()};
    return {outer_[0].driver(), outer_[1].driver()};
}

}  // namespace ropewalk::perf::linerate
