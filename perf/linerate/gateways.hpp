#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "perf/linerate/gateway_on_ports.hpp"

namespace ropewalk::perf::linerate {

/// The gateways of a topology, turning one after the other on an lcore of their own for as long as this lives.
class Gateways {
public:
    /// At least one gateway. Launches `lcore`.
    Gateways(std::vector<std::unique_ptr<GatewayOnPorts>> gateways, unsigned lcore);
    ~Gateways();
    Gateways(const Gateways&) = delete;
    Gateways& operator=(const Gateways&) = delete;

    /// How often all gateways had a turn, and how often one of them took packets.
    std::uint64_t rounds() const { return rounds_.load(std::memory_order_acquire); }
    std::uint64_t busy_rounds() const { return busy_rounds_.load(std::memory_order_acquire); }

    /// Added up. Exact once rounds went by and none of them was busy.
    GatewayCounts counts() const;

private:
    void run();

    std::vector<std::unique_ptr<GatewayOnPorts>> gateways_;
    unsigned lcore_;
    std::atomic<bool> stop_{false};
    std::atomic<std::uint64_t> rounds_{0}, busy_rounds_{0};
};

}  // namespace ropewalk::perf::linerate
