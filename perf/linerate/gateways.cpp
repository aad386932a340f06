#include "perf/linerate/gateways.hpp"

#include <rte_cycles.h>
#include <rte_launch.h>
#include <rte_pause.h>

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
        for (const auto& gateway : gateways_) {
            keep_step();
            packets += turn(*gateway);
        }
        if (packets != 0)
            busy_rounds_.store(busy_rounds_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
        rounds_.store(rounds_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }
}

std::uint32_t Gateways::turn(GatewayOnPorts& gateway) {
    const std::uint64_t began = rte_rdtsc();
    const std::uint32_t packets = gateway.turn();
    const auto add = [](std::atomic<std::uint64_t>& sum, std::uint64_t more) {
        sum.store(sum.load(std::memory_order_relaxed) + more, std::memory_order_release);
    };
    if (packets != 0) {
        add(busy_cycles_, rte_rdtsc() - began);
        add(packets_, packets);
        if (packets > most_packets_.load(std::memory_order_relaxed)) most_packets_.store(packets);
    }
    add(turns_, 1);
    return packets;
}

double Gateways::cycles_of_full_turn() const {
    const auto packets = static_cast<double>(packets_.load());
    return packets == 0
               ? 0
               : static_cast<double>(busy_cycles_.load()) / packets * static_cast<double>(most_packets_.load());
}

void Gateways::keep_step_with_generator(std::uint64_t patience_cycles) {
    patience_cycles_.store(patience_cycles, std::memory_order_relaxed);
    generator_is_alive(rte_rdtsc(), 0);
}

void Gateways::keep_step() {
    const std::uint64_t began = rte_rdtsc();
    if (began < next_look_) return;
    const std::uint64_t patience = patience_cycles_.load(std::memory_order_relaxed);
    std::uint64_t now = began;
    for (; !stop_.load(std::memory_order_relaxed); now = rte_rdtsc()) {
        const std::uint64_t alive = generator_alive_.load(std::memory_order_acquire);
        const std::uint64_t left_out = left_out_.load(std::memory_order_relaxed);
        if (alive == nobody) stood_still_ = left_out;
        if (alive == nobody || (now < alive + patience && stood_still_ + (now - began) >= left_out)) break;
        rte_pause();
    }
    // What they stood still for before the generator said so counts for what it says later.
    stood_still_ += now - began;
    next_look_ = now + patience;
}

GatewayCounts Gateways::counts() const {
    GatewayCounts sum;
    for (const auto& gateway : gateways_) sum += gateway->counts();
    return sum;
}

}  // namespace ropewalk::perf::linerate
