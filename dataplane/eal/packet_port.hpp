#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <sys/socket.h>

#include <rte_mbuf.h>

#include "config/result.hpp"
#include "config/snapshot/file_descriptor.hpp"
#include "config/snapshot/records.hpp"
#include "dataplane/eal/burst_port.hpp"
#include "dataplane/eal/coalescer.hpp"
#include "dataplane/eal/super_packet.hpp"
#include "dataplane/eal/uncut_buffer.hpp"

namespace ropewalk::dataplane::eal {

/// A kernel interface on the WAN side: whole frames by a packet socket, dozens a system call. Copies for one path cross
/// joined where the device cuts them itself, and copies that the device joined are cut here, so that the worker sees
/// single frames (docs/decisions/005-kernel.md).
class PacketPort {
public:
    /// Sends at once, receives after receive_on(). `pool` must outlive it.
    static Result<PacketPort> open(const config::snapshot::PortRecord& record, rte_mempool* pool);
    /// Frames begin to arrive on these, each flow on one of them.
    static Result<void> receive_on(const config::snapshot::PortRecord& record, std::span<const PacketPort> queues);
    PacketPort(PacketPort&&) noexcept;
    PacketPort& operator=(PacketPort&&) = delete;
    ~PacketPort();

    std::uint16_t receive(rte_mbuf** mbufs, std::uint16_t count);
    std::uint16_t send(rte_mbuf** mbufs, std::uint16_t count);

    std::array<std::uint8_t, 6> address() const { return address_; }
    /// One sentence for the log.
    const char* way() const;

private:
    static constexpr unsigned frames_a_call = 16, uncut_a_call = 2;

    /// What one call receives: buffers that wait for a frame, and frames that wait to be handed out.
    struct Arrivals {
        std::array<rte_mbuf*, frames_a_call> mbufs{};
        std::array<OffloadHeader, frames_a_call> headers;
        std::array<UncutBuffer, frames_a_call> uncut;
        std::array<std::array<iovec, 3>, frames_a_call> parts;
        std::array<mmsghdr, frames_a_call> messages{};
        unsigned count = 0, next = 0;
        std::optional<SuperPacket> cutting;
        bool were_uncut = false;
    };

    PacketPort(config::snapshot::FileDescriptor socket, std::array<std::uint8_t, 6> address, bool joins,
               rte_mempool* pool);
    bool receive_frames();
    rte_mbuf* next_frame();
    rte_mbuf* next_segment();

    config::snapshot::FileDescriptor socket_;
    std::array<std::uint8_t, 6> address_;
    bool joins_;
    rte_mempool* pool_;
    std::unique_ptr<Arrivals> arrivals_;
    Coalescer coalescer_;
};

}  // namespace ropewalk::dataplane::eal
