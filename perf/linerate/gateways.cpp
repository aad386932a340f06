#include "perf/linerate/gateways.hpp"

#include <rte_launch.h>

namespace ropewalk::perf::linerate {

Gateways::Gateways(std::vector<std::unique_ptr<GatewayOnPorts>> gateways, unsigned lcore)
    : gateways_(std::move(gateways)), lcore_(lcore) {
    const auto run_on_lcore = [](void* self) {
        static_cast<Gateways*>(self)->run();
        return 0;
    };
    rte_eal_remote_launch(run_on_lcore, this, lcore_);
}

Gateways::~Gateways() {
    stop_.store(true);
    rte_eal_wait_lcore(lcore_);
}

void Gateways::run() {
    while (!stop_.load(std::memory_order_relaxed)) {
        std::uint32_t packets = 0;
        for (const auto& gateway : gateways_) packets += gateway->turn();
        if (packets != 0)
            busy_rounds_.store(busy_rounds_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
        rounds_.store(rounds_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }
}

GatewayCounts Gateways::counts() const {
    GatewayCounts sum;
    for (const auto& gateway : gateways_) sum += gateway->counts();
    return sum;
}

}  // namespace ropewalk::perf::linerate
