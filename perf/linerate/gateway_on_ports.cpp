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
      wan_slots_(slots_of(*gateway_)),
      control_(std::make_unique<config::region::ControlSection>()),
      links_(dataplane::worker::Links::for_one_worker(wan_slots_.size())),
      turn_({wan_slots_, &links_.of(0), pool, &cell_, &gateway_->section(), control_.get(), &gateway_->senders(),
             &gateway_->receivers(0), 0},
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
