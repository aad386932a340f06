#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/result.hpp"
#include "config/region/records.hpp"
#include "dataplane/eal/burst_port.hpp"
#include "dataplane/eal/ethdev_queue.hpp"
#include "dataplane/eal/flow_rules.hpp"
#include "dataplane/eal/interface_link.hpp"
#include "dataplane/eal/link.hpp"
#include "dataplane/eal/network_card.hpp"
#include "dataplane/eal/packet_port.hpp"
#include "dataplane/eal/steering_rule.hpp"

struct rte_mempool;

namespace ropewalk::dataplane::eal {

/// Descriptors per queue; as many mbufs may lie in each.
inline constexpr std::uint16_t port_descriptors = 1024;

/// Bytes that a buffer needs for any frame of this port.
std::uint16_t frame_room(const config::region::PortRecord& record);

/// An ethdev, stopped and closed at destruction; or, for a kernel interface, packet sockets of our own.
class Port {
public:
    /// Makes the device of a port as the configuration describes it. Nothing moves before start().
    static Result<Port> open(const config::region::PortRecord& record);

    Port(Port&& other) noexcept;
    Port& operator=(Port&&) = delete;
    ~Port();

    struct Queues {
        std::uint16_t receive, transmit;
    };
    /// The most the device can have; of a memif one each way, or as many as the configuration lists, because its other
    /// end must have them, too.
    Queues most_queues() const;
    /// `pool` must outlive the port. A memif client waits for its server, until `stop`.
    Result<void> start(const Queues& queues, rte_mempool* pool, Traffic traffic, const std::atomic<bool>& stop);
    /// Whether start() may have to wait for another process.
    bool waits_for_server() const;

    /// Has datagrams for these UDP ports arrive in these receive queues, and everything else by flow; workers may
    /// receive meanwhile. Fails where the device takes no such rules, saying why; then all goes by flow.
    Result<void> steer(std::span<const SteeringRule> rules);

    /// Burst calls for the worker that has a started queue; `this` must not be destroyed while they are used.
    BurstPort queue(std::uint16_t number);
    /// Of a started port; does not wait for the line, but takes system calls, which the kernel may hold up while a driver
    /// is busy: not for workers.
    Link look_at_link();
    std::array<std::uint8_t, 6> address() const { return address_; }
    /// DPDK's name of the device's driver; empty where packet sockets are the device.
    const std::string& device_driver() const { return device_driver_; }
    /// What was found or chosen at the start; one sentence for the log, or empty.
    const std::string& way() const { return way_; }

private:
    Port(std::uint16_t id, const config::region::PortRecord& record);
    Result<void> start_sockets(const Queues& queues, rte_mempool* pool);
    Result<void> start_ethdev(const Queues& queues, rte_mempool* pool, Traffic traffic, const std::atomic<bool>& stop);
    Result<void> connect(const std::atomic<bool>& stop);

    static constexpr std::uint16_t none = 0xffff;
    std::uint16_t id_;  ///< of the ethdev, or `none`
    config::region::PortRecord record_;
    std::array<std::uint8_t, 6> address_{};
    std::string device_driver_;
    std::string way_;
    std::optional<InterfaceLink> interface_;  ///< where the device is one of the kernel's
    std::vector<PacketPort> sockets_;
    std::vector<EthdevQueue> queues_;
    std::optional<FlowRules> rules_;  ///< of an ethdev, once there were any
    std::uint16_t receive_queues_ = 0;
};

}  // namespace ropewalk::dataplane::eal
