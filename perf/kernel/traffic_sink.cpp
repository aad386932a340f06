#include "perf/kernel/traffic_sink.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "config/region/file_descriptor.hpp"

namespace ropewalk::perf::kernel {

namespace {

using config::region::FileDescriptor;

constexpr unsigned burst = 64;
constexpr std::size_t largest_datagram = 65'536;
/// What a sink that shares its CPU may lag behind: a tenth of a second and more.
constexpr int receive_memory = 64 << 20;
/// How often `stop` is looked at while nothing comes.
constexpr timeval wake_interval{0, 50'000};
/// Beyond what any trial sends.
constexpr std::uint64_t largest_number = 1ULL << 30;

class Tally {
public:
    void add(const std::uint8_t* payload) {
        std::uint64_t number;
        std::memcpy(&number, payload, sizeof number);
        if (number > largest_number) {
            ++received_.wrong;
            return;
        }
        if (number >= seen_.size()) seen_.resize(2 * number + 1024);
        if (seen_[number]) {
            ++received_.twice;
            return;
        }
        seen_[number] = true;
        ++received_.packets;
        if (number < next_) ++received_.disorder;
        next_ = std::max(next_, number + 1);
    }
    void add_wrong() { ++received_.wrong; }
    const TrafficReceived& received() const { return received_; }

private:
    std::vector<bool> seen_;
    std::uint64_t next_ = 0;
    TrafficReceived received_;
};

}  // namespace

Result<TrafficReceived> receive_traffic(const sockaddr_in& listen, std::size_t payload_bytes,
                                        const std::atomic<bool>& stop) {
    const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ::setsockopt(socket.number(), SOL_SOCKET, SO_RCVBUFFORCE, &receive_memory, sizeof receive_memory);
    ::setsockopt(socket.number(), SOL_SOCKET, SO_RCVTIMEO, &wake_interval, sizeof wake_interval);
    if (::bind(socket.number(), reinterpret_cast<const sockaddr*>(&listen), sizeof listen) != 0)
        return fail(std::string("cannot listen there: ") + std::strerror(errno));

    std::vector<std::uint8_t> bytes(burst * largest_datagram);
    std::array<iovec, burst> parts{};
    std::array<mmsghdr, burst> messages{};
    for (unsigned i = 0; i < burst; ++i) {
        parts[i] = {&bytes[i * largest_datagram], largest_datagram};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    std::puts("listening");
    std::fflush(stdout);
    Tally tally;
    while (!stop.load(std::memory_order_relaxed)) {
        const int count = ::recvmmsg(socket.number(), messages.data(), burst, MSG_WAITFORONE, nullptr);
        for (int i = 0; i < count; ++i) {
            if (messages[static_cast<unsigned>(i)].msg_len == payload_bytes)
                tally.add(&bytes[static_cast<unsigned>(i) * largest_datagram]);
            else
                tally.add_wrong();
        }
    }
    return tally.received();
}

}  // namespace ropewalk::perf::kernel
