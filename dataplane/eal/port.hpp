#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "config/result.hpp"
#include "config/snapshot/records.hpp"
#include "dataplane/eal/burst_port.hpp"
#include "dataplane/eal/packet_port.hpp"

struct rte_mempool;

namespace ropewalk::dataplane::eal {

/// Descriptors per queue; as many mbufs may lie in each.
inline constexpr std::uint16_t port_descriptors = 1024;

/// Bytes that a buffer needs for any frame of this port.
std::uint16_t frame_room(const config::snapshot::PortRecord& record);

/// A started ethdev with one receive and one transmit queue, stopped and closed at destruction; or, for a kernel
/// interface, a port of our own.
class Port {
public:
    /// A WAN port as the configuration describes it.
    static Result<Port> open(const config::snapshot::PortRecord& record, rte_mempool* pool);

    Port(Port&& other) noexcept;
    Port& operator=(Port&&) = delete;
    ~Port();

    /// Burst calls for the worker; `this` must not be destroyed while they are used.
    BurstPort burst_port() const;
    std::array<std::uint8_t, 6> address() const;
    /// How packets cross, where that was chosen at the start; one sentence for the log, or null.
    const char* way() const { return kernel_ == nullptr ? nullptr : kernel_->way(); }

private:
    explicit Port(std::uint16_t id) : id_(id) {}
    explicit Port(PacketPort kernel) : id_(closed), kernel_(std::make_unique<PacketPort>(std::move(kernel))) {}
    struct Setup {
        std::uint16_t mtu;       ///< 0 leaves the driver's, which for a kernel interface is the interface's
        const char* start_step;  ///< what starting means, for the error
    };
    static Result<Port> start(std::uint16_t id, const std::string& what, const Setup& setup, rte_mempool* pool);

    static constexpr std::uint16_t closed = 0xffff;
    std::uint16_t id_;  ///< of the ethdev, or `closed`
    std::unique_ptr<PacketPort> kernel_;
};

}  // namespace ropewalk::dataplane::eal
