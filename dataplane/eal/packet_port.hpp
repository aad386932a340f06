#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include <sys/socket.h>
#include <sys/uio.h>

#include <rte_mbuf.h>

#include "config/region/file_descriptor.hpp"
#include "dataplane/eal/coalescer.hpp"
#include "dataplane/eal/kernel_packet.hpp"

namespace ropewalk::dataplane::eal {

/// A worker's queue of a kernel interface on the WAN side: whole frames by a packet socket, dozens a system call.
/// Copies for one path cross joined where the device cuts them itself, and copies that the device joined are cut here,
/// so that the worker sees single frames (docs/decisions/005-kernel.md).
///
/// The interface may go and another may come while the worker goes on calling: the main lcore has the worker leave the
/// socket alone, and later puts another one behind the same file descriptor.
class PacketPort {
public:
    /// Nothing comes and nothing is taken before take_up(). `pool` must outlive it.
    PacketPort(config::region::FileDescriptor idle, rte_mempool* pool);
    PacketPort(const PacketPort&) = delete;
    PacketPort& operator=(const PacketPort&) = delete;

    /// How copies cross.
    enum class Crossing : std::uint8_t {
        none,  ///< there is no interface: the worker makes no system call
        frame_by_frame,
        joined,
    };

    // For the main lcore.

    /// Puts `socket` behind the queue, in place of one that was let go. The old one closes, which takes the kernel some
    /// milliseconds, so that no worker may be in a call on it. False when the kernel refused that.
    bool take_up(config::region::FileDescriptor socket, Crossing crossing);
    /// Calls that begin from now on leave the socket alone; nothing more gathers in it.
    void let_go();
    const config::region::FileDescriptor& socket() const { return socket_; }

    // For the worker.

    std::uint16_t receive(rte_mbuf** mbufs, std::uint16_t count);
    std::uint16_t send(rte_mbuf** mbufs, std::uint16_t count);

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

    bool receive_frames();
    void begin_frame();
    void follow(Crossing crossing);

    const config::region::FileDescriptor socket_;
    std::atomic<Crossing> crossing_{Crossing::none};  ///< stored by the main lcore
    Crossing followed_ = Crossing::frame_by_frame;    ///< what the coalescer was made for
    rte_mempool* pool_;
    std::uint16_t largest_segment_;
    std::unique_ptr<Arrivals> arrivals_;
    /// Bytes of the frame that is to be handed out, or 0.
    std::size_t waiting_ = 0;
    std::optional<SuperPacket> cutting_;
    Coalescer coalescer_;
};

}  // namespace ropewalk::dataplane::eal
