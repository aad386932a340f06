#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "config/region/file_descriptor.hpp"
#include "config/result.hpp"
#include "tests/lab/wanem/clock.hpp"
#include "tests/lab/wanem/tally.hpp"

namespace ropewalk::tests::lab::wanem {

/// All frames of one kernel interface, by packet(7): what comes in to it, and a way to send out of it.
class PacketSocket {
public:
    struct Received {
        Duration at{};  ///< when the kernel took it, on the wall clock
        std::span<std::uint8_t> bytes;
        bool lacks_checksum = false;  ///< left to a NIC that is not there
    };

    static constexpr unsigned burst = 64;

    static Result<PacketSocket> open(const std::string& interface);
    PacketSocket(PacketSocket&&) noexcept;
    PacketSocket& operator=(PacketSocket&&) noexcept;
    ~PacketSocket();

    int descriptor() const { return socket_.number(); }
    const std::string& interface() const { return interface_; }
    /// The longest frame that fits the interface.
    std::size_t longest_frame() const { return longest_frame_; }

    /// What waits, up to a burst; the bytes are valid until the next call.
    std::span<Received> receive();
    /// Sends up to a burst in order; returns what the kernel took.
    Volume send(std::span<const std::span<const std::uint8_t>> frames);

    /// Frames the kernel dropped since the last call, because the socket was full.
    std::uint64_t take_dropped();
    /// Whether there still is such an interface.
    bool is_there() const;

private:
    struct Buffers;

    PacketSocket(config::region::FileDescriptor socket, std::string interface, unsigned index,
                 std::size_t longest_frame);

    config::region::FileDescriptor socket_;
    std::string interface_;
    unsigned index_ = 0;
    std::size_t longest_frame_ = 0;
    std::unique_ptr<Buffers> buffers_;
};

}  // namespace ropewalk::tests::lab::wanem
