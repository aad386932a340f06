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

    /// From now on, a CPU of the generator that is taken away stops the gateways too: what they did meanwhile would be
    /// done in time that does not count. They go on alone after `generator_is_done`.
    void keep_step_with_generator(std::uint64_t patience_cycles);
    /// A sign of life; `now` by the TSC.
    void generator_is_alive(std::uint64_t now) { generator_alive_.store(now, std::memory_order_release); }
    void generator_is_done() { generator_alive_.store(nobody, std::memory_order_release); }

    /// How often a gateway had its turn: a sign of life.
    std::uint64_t turns() const { return turns_.load(std::memory_order_acquire); }
    /// What the fullest turn so far should have taken, by the mean of all packets.
    double cycles_of_full_turn() const;
    /// How often all gateways had a turn, and how often one of them took packets.
    std::uint64_t rounds() const { return rounds_.load(std::memory_order_acquire); }
    std::uint64_t busy_rounds() const { return busy_rounds_.load(std::memory_order_acquire); }

    /// Added up. Exact once rounds went by and none of them was busy.
    GatewayCounts counts() const;

private:
    static constexpr std::uint64_t nobody = ~0ULL;

    void run();
    std::uint32_t turn(GatewayOnPorts& gateway);
    void wait_for_generator();

    std::vector<std::unique_ptr<GatewayOnPorts>> gateways_;
    unsigned lcore_;
    std::atomic<bool> stop_{false};
    std::atomic<std::uint64_t> turns_{0}, rounds_{0}, busy_rounds_{0};
    std::atomic<std::uint64_t> busy_cycles_{0}, packets_{0}, most_packets_{0};  ///< of turns
    std::uint64_t next_look_ = 0;                                               ///< the gateways' own
    /// Written by the generator, read by the gateways now and then.
    alignas(64) std::atomic<std::uint64_t> generator_alive_{nobody};
    std::atomic<std::uint64_t> patience_cycles_{0};
};

}  // namespace ropewalk::perf::linerate
