#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <ranges>
#include <span>
#include <vector>

#include <rte_mempool.h>

#include "config/region/records.hpp"
#include "config/result.hpp"
#include "dataplane/eal/joining.hpp"
#include "dataplane/eal/packet_port.hpp"
#include "dataplane/eal/packet_socket.hpp"
#include "dataplane/eal/steering_rule.hpp"
#include "dataplane/eal/udp_ports.hpp"

namespace ropewalk::dataplane::eal {

/// The queues of a port on a kernel interface, which may be taken up, let go and taken up again while workers use them.
class PacketPorts {
public:
    /// Without an interface yet. Frames will arrive on the first `receiving` queues. `pool` must outlive it.
    static Result<PacketPorts> make(std::uint16_t count, std::uint16_t receiving, rte_mempool* pool);

    /// Takes up the interface that has the port's name now, in place of one that was let go; no worker may be in a call
    /// that began before that.
    Result<void> take_up(const config::region::PortRecord& record);
    /// Workers that call from now on find nothing; what waited in the kernel is not handed out any more.
    void let_go();
    /// Leaves the interface, which may still be there, to the kernel; no worker may be in a call that began before
    /// let_go(). Where the system has no socket to put in its place, the one there stays, and takes nothing.
    void give_back();
    /// Has only datagrams for these UDP ports arrive, now and on every interface to come; all frames where it fails.
    Result<void> expect(std::span<const UdpPorts> ports);
    /// Frames that the kernel dropped since the last call, because workers came too late.
    std::uint64_t take_missed();
    /// Has datagrams arrive by these rules, now and on every interface to come; all goes by flow where it fails.
    Result<void> steer(std::span<const SteeringRule> rules);

    /// The interface that its sockets are on; 0: none, or one that is gone.
    unsigned interface() const { return interface_of(queues_.front().socket()); }
    PacketPort& queue(std::uint16_t number) { return queues_[number]; }
    /// Of the interface that was taken up last.
    const Joining& joining() const { return joining_; }

private:
    explicit PacketPorts(std::uint16_t receiving) : receiving_(receiving) {}
    Result<void> apply(std::span<const SteeringRule> rules);
    Result<void> apply(std::span<const UdpPorts> ports);
    auto receiving() { return std::views::take(queues_, receiving_); }

    std::deque<PacketPort> queues_;  ///< never moved, as workers have their addresses
    std::uint16_t receiving_;
    Joining joining_;
    std::vector<SteeringRule> rules_;
    std::optional<std::vector<UdpPorts>> expected_;
};

}  // namespace ropewalk::dataplane::eal
