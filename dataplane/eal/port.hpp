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

/// One started ethdev with one receive and one transmit queue; stopped and closed at destruction.
class Port {
public:
    /// A WAN port as the configuration describes it.
    static Result<Port> open(const config::snapshot::PortRecord& record, rte_mempool* pool);

    Port(Port&& other) noexcept;
    Port& operator=(Port&&) = delete;
    ~Port();

    std::uint16_t id() const { return id_; }
    std::array<std::uint8_t, 6> address() const;

private:
    explicit Port(std::uint16_t id) : id_(id) {}
    struct Setup {
        std::uint16_t mtu;       ///< 0 leaves the driver's, which for a kernel interface is the interface's
        const char* start_step;  ///< what starting means, for the error
    };
    static Result<Port> start(std::uint16_t id, const std::string& what, const Setup& setup, rte_mempool* pool);

    static constexpr std::uint16_t closed = 0xffff;
    std::uint16_t id_;
};

}  // namespace ropewalk::dataplane::eal
