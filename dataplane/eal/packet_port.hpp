#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <sys/socket.h>
#include <sys/uio.h>

#include <rte_mbuf.h>

#include "config/region/file_descriptor.hpp"
#include "config/region/records.hpp"
#include "config/result.hpp"
#include "dataplane/eal/burst_port.hpp"
#include "dataplane/eal/coalescer.hpp"
#include "dataplane/eal/kernel_packet.hpp"
#include "dataplane/eal/steering_rule.hpp"

namespace ropewalk::dataplane::eal {

/// A kernel interface on the WAN side: whole frames by a packet socket, dozens a system call. Copies for one path cross
/// joined where the device cuts them itself, and copies that the device joined are cut here, so that the worker sees
/// single frames (docs/decisions/005-kernel.md).
class PacketPort {
public:
    /// Sends at once, receives after receive_on(). `pool` must outlive it.
    static Result<PacketPort> open(const config::region::PortRecord& record, rte_mempool* pool);
    /// Frames begin to arrive on these, each flow on one of them.
    static Result<void> receive_on(const config::region::PortRecord& record, std::span<const PacketPort> queues);
    /// Of several that receive already: datagrams by these rules, the rest by flow. Fails when there are too many.
    static Result<void> steer(std::span<const PacketPort> queues, std::span<const SteeringRule> rules);

    std::uint16_t receive(rte_mbuf** mbufs, std::uint16_t count);
    std::uint16_t send(rte_mbuf** mbufs, std::uint16_t count);

    std::array<std::uint8_t, 6> address() const { return address_; }
    /// One sentence for the log.
    const char* way() const;

private:
    static constexpr unsigned frames_a_call = 16, uncut_a_call = 2;

    /// Frames of one call, of which some wait to be handed out.
    struct Arrivals {
        std::array<KernelPacket, frames_a_call> frames;
        std::array<iovec, frames_a_call> parts;
        std::array<mmsghdr, frames_a_call> messages{};
        unsigned count = 0, next = 0;
        bool were_uncut = false;
    };

    PacketPort(config::region::FileDescriptor socket, std::array<std::uint8_t, 6> address, bool joins,
               rte_mempool* pool);
    bool receive_frames();
    void begin_frame();

    config::region::FileDescriptor socket_;
    std::array<std::uint8_t, 6> address_;
    bool joins_;
    rte_mempool* pool_;
    std::uint16_t largest_segment_;
    std::unique_ptr<Arrivals> arrivals_;
    /// Bytes of the frame that is to be handed out, or 0.
    std::size_t waiting_ = 0;
    std::optional<SuperPacket> cutting_;
    Coalescer coalescer_;
};

}  // namespace ropewalk::dataplane::eal
