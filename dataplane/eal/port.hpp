#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/result.hpp"
#include "config/region/records.hpp"
#include "dataplane/eal/burst_port.hpp"
#include "dataplane/eal/ethdev_queue.hpp"
#include "dataplane/eal/exchanged_queue.hpp"
#include "dataplane/eal/flow_rules.hpp"
#include "dataplane/eal/interface_look.hpp"
#include "dataplane/eal/link.hpp"
#include "dataplane/eal/network_card.hpp"
#include "dataplane/eal/packet_ports.hpp"
#include "dataplane/eal/steering_rule.hpp"
#include "dataplane/eal/udp_ports.hpp"

struct rte_mempool;

namespace ropewalk::dataplane::eal {

/// Descriptors per queue; as many mbufs may lie in each.
inline constexpr std::uint16_t port_descriptors = 1024;

/// Bytes that a buffer needs for any frame of this port.
std::uint16_t frame_room(const config::region::PortRecord& record);

/// Buffers to have beside what lies in the port's queues: DPDK's driver for af_xdp never gives back those that lay in
/// the queues of an interface that went away.
std::uint32_t spare_packets(const config::region::PortRecord& record);

/// An ethdev, stopped and closed at destruction; or, for a kernel interface, packet sockets of our own. A port that is
/// an interface of the kernel (af_packet, af_xdp) may start without it, and lose it and get it back while workers go on.
class Port {
public:
    /// Makes the device of a port as the configuration describes it; that of an interface only in take_up(). Nothing
    /// moves before start().
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
    /// `pool` must outlive the port. A memif client waits for its server, until `stop`. Of an interface nothing happens
    /// before take_up().
    Result<void> start(const Queues& queues, rte_mempool* pool, Traffic traffic, const std::atomic<bool>& stop);
    /// Whether start() may have to wait for another process.
    bool waits_for_server() const;

    /// Has datagrams for these UDP ports arrive in these receive queues, and everything else by flow; workers may
    /// receive meanwhile. Fails where the device takes no such rules, saying why; then all goes by flow.
    Result<void> steer(std::span<const SteeringRule> rules);

    /// Has nothing else arrive than datagrams for these UDP ports, where the port can tell; workers may receive
    /// meanwhile. Fails where the kernel takes no such filter; then all frames arrive, as with a card of our own.
    Result<void> expect(std::span<const UdpPorts> ports);

    /// Whether it is an interface of the kernel, which may come, go and change.
    bool is_interface() const;
    /// The interface that has the port's name now; for ports that are interfaces.
    InterfaceState look_at_interface() { return look_->look(); }
    /// The index of the interface that was taken up; 0: none, or it is gone.
    unsigned interface() const;
    /// From the next look on it is another interface's, or another configuration's, with queues as they are; for ports
    /// that are interfaces.
    void follow(const config::region::PortRecord& record);
    /// Takes up the interface, at first or in place of one that was given back.
    Result<void> take_up();
    /// Workers that call from now on find nothing to receive, and send nothing.
    void let_go();
    /// What was let go may be given back to the kernel: no worker is in a call that began before let_go().
    void give_back();

    /// Burst calls for the worker that has a started queue; `this` must not be destroyed while they are used.
    BurstPort queue(std::uint16_t number);
    /// Of a started port that is no interface; does not wait for the line, but takes system calls: not for workers.
    Link look_at_link() const;
    /// Frames that were dropped before a worker saw them, since the last call: it came too late, or had no buffers. Not
    /// for workers, as above.
    std::uint64_t take_missed();
    /// Whether copies leave joined, by packet sockets on an interface that was taken up.
    config::region::JoiningCode joining() const {
        return sockets_ ? sockets_->joining().code : config::region::JoiningCode::unknown;
    }
    std::array<std::uint8_t, 6> address() const { return address_; }
    /// DPDK's name of the device's driver; empty where packet sockets are the device.
    const std::string& device_driver() const { return device_driver_; }
    /// What was found or chosen at the start, or when the interface was taken up; one sentence for the log, or empty.
    const std::string& way() const { return way_; }

private:
    Port(std::uint16_t id, const config::region::PortRecord& record);
    Result<void> make_ethdev();
    Result<void> start_ethdev(const Queues& queues, rte_mempool* pool, Traffic traffic, const std::atomic<bool>& stop);
    Result<void> take_up_ethdev();
    void close_ethdev();
    Result<void> connect(const std::atomic<bool>& stop);

    static constexpr std::uint16_t none = 0xffff;
    std::uint16_t id_;  ///< of the ethdev, or `none`
    config::region::PortRecord record_;
    std::array<std::uint8_t, 6> address_{};
    std::string device_driver_;
    std::string way_;
    std::optional<InterfaceLook> look_;  ///< where the device is an interface of the kernel
    std::optional<PacketPorts> sockets_;
    std::vector<EthdevQueue> queues_;       ///< of an ethdev that stays
    std::deque<ExchangedQueue> exchanged_;  ///< of one by af_xdp; never moved, as workers have their addresses
    unsigned taken_up_ = 0;                 ///< by af_xdp: the index of the interface
    bool taken_up_before_ = false;
    Queues wanted_{};
    rte_mempool* pool_ = nullptr;
    Traffic traffic_{};
    std::optional<FlowRules> rules_;  ///< of an ethdev, once there were any
    std::uint64_t missed_ = 0;        ///< of an ethdev, at the last look
};

}  // namespace ropewalk::dataplane::eal
