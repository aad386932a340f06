#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "config/region/limits.hpp"
#include "dataplane/packet/packet_ring.hpp"

namespace ropewalk::dataplane::worker {

/// The rings by which packets of one kind come to a worker, one from each other worker at most. Read by the worker;
/// only the main lcore adds to them, at any time. Owns none.
class ArrivingRings {
public:
    void add(packet::PacketRing* ring) {
        const std::uint32_t count = count_.load(std::memory_order_relaxed);
        rings_[count] = ring;
        count_.store(count + 1, std::memory_order_release);
    }
    std::span<packet::PacketRing* const> all() const { return {rings_.data(), count_.load(std::memory_order_acquire)}; }

private:
    std::array<packet::PacketRing*, config::region::max_workers> rings_{};
    std::atomic<std::uint32_t> count_{0};
};

}  // namespace ropewalk::dataplane::worker
