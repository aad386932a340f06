#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "config/result.hpp"
#include "config/snapshot/records.hpp"

struct rte_mempool;

namespace ropewalk::dataplane::eal {

/// Descriptors per queue; as many mbufs may lie in each.
inline constexpr std::uint16_t port_descriptors = 1024;

/// Bytes that a buffer needs for any frame of this port; af_packet's ring has frames of this size.
std::uint16_t frame_room(const config::snapshot::PortRecord& record);

/// One ethdev; stopped and closed at destruction.
class Port {
public:
    /// Makes the device of a WAN port as the configuration describes it, with that many queues where they are made with
    /// it. Nothing moves before start().
    static Result<Port> open(const config::snapshot::PortRecord& record, std::uint16_t queues);

    Port(Port&& other) noexcept;
    Port& operator=(Port&&) = delete;
    ~Port();

    struct Queues {
        std::uint16_t receive, transmit;
    };
    /// The most the device can have.
    Queues most_queues() const;
    Result<void> start(const Queues& queues, rte_mempool* pool);

    std::uint16_t id() const { return id_; }
    std::array<std::uint8_t, 6> address() const;

private:
    Port(std::uint16_t id, const config::snapshot::PortRecord& record);

    static constexpr std::uint16_t closed = 0xffff;
    std::uint16_t id_;
    std::string what_;        ///< of the configuration, for errors
    std::uint16_t mtu_;       ///< 0 leaves the driver's, which for a kernel interface is the interface's
    const char* start_step_;  ///< what starting means, for errors
};

}  // namespace ropewalk::dataplane::eal
