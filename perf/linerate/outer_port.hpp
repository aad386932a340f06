#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <rte_ethdev.h>

#include "config/result.hpp"
#include "perf/linerate/frames.hpp"

namespace ropewalk::perf::linerate {

/// A DPDK port that leads out of this process: a NIC by its PCI address, memif or another virtual device by its
/// devargs.
class OuterPort {
public:
    /// EAL has been told of the device already. Waits some seconds for the link. Stopped and closed at the end.
    static Result<OuterPort> open(const std::string& device, rte_mempool* pool);

    OuterPort(OuterPort&& other) noexcept
        : id_(std::exchange(other.id_, closed)), driver_(std::move(other.driver_)), line_bps_(other.line_bps_) {}
    OuterPort& operator=(OuterPort&&) = delete;
    ~OuterPort();

    std::uint16_t id() const { return id_; }
    const std::string& driver() const { return driver_; }
    /// Bits a second, where there is a line: virtual devices say a speed, too, but mean nothing by it.
    std::optional<double> line_bps() const { return line_bps_; }
    std::array<std::uint8_t, 6> address() const;
    rte_eth_stats stats() const;

private:
    static constexpr std::uint16_t closed = 0xffff;

    OuterPort() = default;

    std::uint16_t id_ = closed;
    std::string driver_;
    std::optional<double> line_bps_;
};

}  // namespace ropewalk::perf::linerate
