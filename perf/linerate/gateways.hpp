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

    /// From now on the gateways stand still while the generator gives no sign of life, and afterwards for as long as
    /// they worked before they noticed. They go on alone after `generator_is_done`.
    void keep_step_with_generator(std::uint64_t patience_cycles);
    /// A sign of life; `now` by the TSC. `left_out`: cycles that do not count since the last one.
    void generator_is_alive(std::uint64_t now, std::uint64_t left_out) {
        if (left_out != 0) left_out_.store(left_out_.load(std::memory_order_relaxed) + left_out);
        generator_alive_.store(now, std::memory_order_release);
    }
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
    void keep_step();

    std::vector<std::unique_ptr<GatewayOnPorts>> gateways_;
    unsigned lcore_;
    std::atomic<bool> stop_{false};
    std::atomic<std::uint64_t> turns_{0}, rounds_{0}, busy_rounds_{0};
    std::atomic<std::uint64_t> busy_cycles_{0}, packets_{0}, most_packets_{0};  ///< of turns
    std::uint64_t next_look_ = 0, stood_still_ = 0;                             ///< the gateways' own
    /// Written by the generator, read by the gateways now and then.
    alignas(64) std::atomic<std::uint64_t> generator_alive_{nobody};
    std::atomic<std::uint64_t> left_out_{0}, patience_cycles_{0};
};

}  // namespace ropewalk::perf::linerate
