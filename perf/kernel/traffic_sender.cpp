#include "perf/kernel/traffic_sender.hpp"

#include <netinet/udp.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "config/region/clocks.hpp"
#include "config/region/file_descriptor.hpp"

namespace ropewalk::perf::kernel {

namespace {

using config::region::FileDescriptor;
using config::region::monotonic_ns;

constexpr unsigned burst = 32;
constexpr std::uint64_t longest_debt_ns = 10'000'000;

void sleep_until(std::uint64_t when_ns) {
    const timespec when{static_cast<time_t>(when_ns / 1'000'000'000), static_cast<long>(when_ns % 1'000'000'000)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, nullptr) == EINTR) {
    }
}

/// The messages of one call: each one datagram, or several for the kernel to cut.
class Messages {
public:
    explicit Messages(const TrafficOrder& order)
        : payload_(order.payload_bytes),
          segments_(order.segments),
          count_(std::max(1U, burst / order.segments)),
          bytes_(order.payload_bytes * segments_ * count_) {
        for (unsigned i = 0; i < count_; ++i) {
            parts_[i] = {&bytes_[i * segments_ * payload_], segments_ * payload_};
            messages_[i].msg_hdr.msg_iov = &parts_[i];
            messages_[i].msg_hdr.msg_iovlen = 1;
        }
    }

    unsigned packets() const { return count_ * segments_; }

    /// Returns packets taken; they carry the numbers from `number` on.
    unsigned send(int socket, std::uint64_t number) {
        for (unsigned i = 0; i < packets(); ++i, ++number) std::memcpy(&bytes_[i * payload_], &number, sizeof number);
        const int taken = ::sendmmsg(socket, messages_.data(), count_, 0);
        return taken > 0 ? static_cast<unsigned>(taken) * segments_ : 0;
    }

private:
    std::size_t payload_;
    unsigned segments_, count_;
    std::vector<std::uint8_t> bytes_;
    std::array<iovec, burst> parts_{};
    std::array<mmsghdr, burst> messages_{};
};

}  // namespace

Result<TrafficSent> send_traffic(const TrafficOrder& order) {
    prctl(PR_SET_TIMERSLACK, 1000UL);
    const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&order.to), sizeof order.to) != 0)
        return fail(std::string("no UDP socket to that address: ") + std::strerror(errno));
    if (const int size = static_cast<int>(order.payload_bytes);
        order.segments > 1 && ::setsockopt(socket.number(), IPPROTO_UDP, UDP_SEGMENT, &size, sizeof size) != 0)
        return fail(std::string("the kernel does not cut UDP datagrams: ") + std::strerror(errno));

    Messages messages(order);
    TrafficSent sent;
    const std::uint64_t began = monotonic_ns(), end = began + static_cast<std::uint64_t>(order.seconds * 1e9);
    const double ns_per_packet = 1e9 / static_cast<double>(order.packets_per_second);
    double due_ns = 0;  // of the next call, since the beginning
    for (;;) {
        const std::uint64_t now = monotonic_ns();
        if (now >= end) break;
        const std::uint64_t due = began + static_cast<std::uint64_t>(due_ns);
        if (due > now) {
            sleep_until(std::min(due, end));
            continue;
        }
        if (now - due > longest_debt_ns) due_ns = static_cast<double>(now - began - longest_debt_ns);
        const unsigned taken = messages.send(socket.number(), sent.packets);
        sent.packets += taken;
        sent.refused += messages.packets() - taken;
        due_ns += ns_per_packet * messages.packets();
    }
    sent.seconds = static_cast<double>(monotonic_ns() - began) / 1e9;
    return sent;
}

}  // namespace ropewalk::perf::kernel
