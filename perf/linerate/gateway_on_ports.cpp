#include "perf/linerate/gateway_on_ports.hpp"

#include "config/region/monotonic_clock.hpp"

namespace ropewalk::perf::linerate {

namespace {

std::vector<std::uint32_t> slots_of(const fixture::GatewayInMemory& gateway) {
    std::vector<std::uint32_t> slots;
    for (std::uint32_t port = 0; port < gateway.tunnel().paths.size(); ++port) slots.push_back(port);
    return slots;
}

}  // namespace

GatewayOnPorts::GatewayOnPorts(std::unique_ptr<fixture::GatewayInMemory> gateway, EthdevIds ports, rte_mempool* pool)
    : gateway_(std::move(gateway)),
      ports_(std::move(ports)),
      hops_(dataplane::worker::WorkerHops::alone(gateway_->tunnel().paths.size())),
      turn_({.wan_slots = slots_of(*gateway_),
             .hops = &hops_,
             .pool = pool,
             .view = &cell_,
             .section = &gateway_->section(),
             .control = &gateway_->control(),
             .senders = &gateway_->senders(),
             .index = 0},
            ports_) {
    cell_.current.store(&gateway_->view());
}

std::uint32_t GatewayOnPorts::turn() {
    return turn_.run(*turn_.adopt_view(), config::region::monotonic_ns());
}

GatewayCounts GatewayOnPorts::counts() const {
    return GatewayCounts::of(gateway_->counters());
}

}  // namespace ropewalk::perf::linerate
