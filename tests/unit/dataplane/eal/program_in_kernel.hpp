#pragma once

#include <linux/filter.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "tests/packets/inner_packet.hpp"

namespace ropewalk::dataplane::eal {

/// Runs a program in the kernel, which needs no rights as a filter on a socket: what it returns is then how much of the
/// message is let through, so that all that is sent must be longer. Nothing passes when it is 0.
class ProgramInKernel {
public:
    explicit ProgramInKernel(std::vector<sock_filter> program) {
        if (::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends_) != 0) throw std::runtime_error("socketpair");
        const sock_fprog whole{static_cast<unsigned short>(program.size()), program.data()};
        if (::setsockopt(ends_[1], SOL_SOCKET, SO_ATTACH_FILTER, &whole, sizeof whole) != 0)
            throw std::runtime_error(fmt::format("the kernel refuses the program: {}", std::strerror(errno)));
    }
    ~ProgramInKernel() {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }
    ProgramInKernel(const ProgramInKernel&) = delete;
    ProgramInKernel& operator=(const ProgramInKernel&) = delete;

    /// Results of a packet's size and beyond come out as that size.
    std::size_t run(const tests::packets::Bytes& packet) {
        if (::send(ends_[0], packet.data(), packet.size(), 0) < 0) return 0;
        tests::packets::Bytes received(packet.size());
        const auto got = ::recv(ends_[1], received.data(), received.size(), 0);
        return got < 0 ? 0 : static_cast<std::size_t>(got);
    }

private:
    int ends_[2];
};

}  // namespace ropewalk::dataplane::eal
