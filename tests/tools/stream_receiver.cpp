#include "tests/tools/stream_receiver.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "tests/tools/stop.hpp"
#include "tests/tools/stream_packet.hpp"

namespace ropewalk::tests::tools {
namespace {

using Clock = std::chrono::steady_clock;

/// How long to listen on after the end mark: longer than all end marks together.
constexpr auto linger = std::chrono::milliseconds(500);

/// Room for more than a second at the rates the tests use, so that a busy machine's receiver is not taken for a loss.
constexpr int receive_buffer_bytes = 16 << 20;

std::uint64_t to_ns(Clock::time_point time) {
    return static_cast<std::uint64_t>(std::chrono::nanoseconds(time.time_since_epoch()).count());
}

}  // namespace

Result<StreamTally> receive_stream(const ReceiveOrder& order) {
    const int socket_fd = socket(order.listen.family(), SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (socket_fd < 0) return fail(std::string("no UDP socket: ") + std::strerror(errno));
    // FORCE goes beyond the system's limit but needs root; the plain option takes what it gets.
    if (setsockopt(socket_fd, SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer_bytes, sizeof receive_buffer_bytes) != 0) {
        setsockopt(socket_fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    }
    if (bind(socket_fd, order.listen.get(), order.listen.size) != 0) {
        const std::string why = std::strerror(errno);
        close(socket_fd);
        return fail("cannot listen on the address given by --listen: " + why);
    }

    StreamTally tally;
    std::array<std::uint8_t, largest_stream_packet + 1> payload{};
    auto deadline = Clock::now() + order.idle;
    bool ending = false;
    while (!told_to_stop()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0) break;
        pollfd waiting{socket_fd, POLLIN, 0};
        if (poll(&waiting, 1, static_cast<int>(left.count())) <= 0) continue;
        const auto size = recv(socket_fd, payload.data(), payload.size(), 0);
        if (size < 0) continue;
        const auto now = Clock::now();
        tally.add({payload.data(), static_cast<std::size_t>(size)}, to_ns(now));
        if (!ending) {
            ending = tally.end_seen();
            deadline = now + (ending ? std::min<std::chrono::nanoseconds>(linger, order.idle) : order.idle);
        }
    }
    close(socket_fd);
    return tally;
}

}  // namespace ropewalk::tests::tools
