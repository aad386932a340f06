#include "perf/linerate/gateway_on_ports.hpp"

#include "config/region/clocks.hpp"

namespace ropewalk::perf::linerate {

GatewayOnPorts::GatewayOnPorts(std::unique_ptr<fixture::GatewayInMemory> gateway, EthdevIds ports, rte_mempool* pool)
    : gateway_(std::move(gateway)),
      ports_(std::move(ports)),
      turn_({.hops = &hops_,
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
