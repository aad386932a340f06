#include "dataplane/eal/kernel_trial.hpp"

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/utsname.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "config/region/file_descriptor.hpp"
#include "config/result.hpp"
#include "dataplane/eal/cutting_trial.hpp"
#include "dataplane/eal/device_features.hpp"
#include "dataplane/eal/kernel_packet.hpp"

namespace ropewalk::dataplane::eal {

using config::region::FileDescriptor;
using Verdict = TrialOutcome::Verdict;

namespace {

constexpr const char* loopback = "lo";
/// What is sent on the loopback interface has arrived when the call returns, or very soon after.
constexpr int patience_ms = 500;

tl::unexpected<Error> refusal(const char* step) {
    return fail(fmt::format("{} failed: {}", step, std::strerror(errno)));
}

/// With protocol 0 nothing is received.
Result<FileDescriptor> socket_on_loopback(std::uint16_t protocol) {
    FileDescriptor socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    constexpr int on = 1;
    sockaddr_ll place{};
    place.sll_family = AF_PACKET;
    place.sll_protocol = __builtin_bswap16(protocol);
    place.sll_ifindex = static_cast<int>(if_nametoindex(loopback));
    if (!socket || ::setsockopt(socket.number(), SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on) != 0 ||
        ::setsockopt(socket.number(), SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) != 0 ||
        ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0)
        return refusal("opening a packet socket");
    return socket;
}

Result<void> set_up(const FileDescriptor& socket) {
    ifreq request{};
    std::strncpy(request.ifr_name, loopback, sizeof request.ifr_name - 1);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    if (::ioctl(socket.number(), SIOCSIFFLAGS, &request) != 0) return refusal("setting the loopback interface up");
    return {};
}

/// Frames of the trial, until there are enough, or no more come.
std::vector<ExchangedFrame> receive(const FileDescriptor& socket, const CuttingTrial& trial) {
    std::vector<ExchangedFrame> arrived;
    const auto frame = std::make_unique<KernelPacket>();
    pollfd waiting{socket.number(), POLLIN, 0};
    while (arrived.size() < trial.parts() && ::poll(&waiting, 1, patience_ms) > 0) {
        const ssize_t size = ::recv(socket.number(), frame.get(), sizeof *frame, 0);
        if (size <= static_cast<ssize_t>(sizeof(OffloadHeader))) continue;
        const std::span bytes(frame->bytes.data(), static_cast<std::size_t>(size) - sizeof(OffloadHeader));
        if (trial.is_ours(bytes)) arrived.push_back({frame->header, {bytes.begin(), bytes.end()}});
    }
    return arrived;
}

Result<void> send(const FileDescriptor& socket, ExchangedFrame joined) {
    const std::array<iovec, 2> parts{iovec{&joined.header, sizeof joined.header},
                                     iovec{joined.bytes.data(), joined.bytes.size()}};
    if (::writev(socket.number(), parts.data(), static_cast<int>(parts.size())) < 0)
        return refusal("sending joined datagrams");
    return {};
}

/// What is wrong with what came of them, or nothing; fails when they could not be handed over. In a namespace of its
/// own.
Result<std::optional<std::string>> try_all() {
    auto sender = socket_on_loopback(0);
    if (!sender) return tl::make_unexpected(sender.error());
    if (auto up = set_up(*sender); !up) return tl::make_unexpected(up.error());
    if (!leave_cutting_to_the_kernel(*sender, loopback))
        return refusal("having the kernel cut on the loopback interface");
    const auto receiver = socket_on_loopback(ETH_P_ALL);
    if (!receiver) return tl::make_unexpected(receiver.error());
    constexpr std::uint16_t segment = 1000;
    for (const auto family : {config::Family::ipv4, config::Family::ipv6})
        for (const std::uint16_t payload : {std::uint16_t{4 * segment}, std::uint16_t{3 * segment + 77}}) {
            const CuttingTrial trial(family, segment, payload);
            if (auto sent = send(*sender, trial.joined()); !sent) return tl::make_unexpected(sent.error());
            if (const auto fault = trial.fault_of(receive(*receiver, trial)))
                return fmt::format("IPv{}, {} bytes in parts of {}: {}", static_cast<int>(family), payload, segment,
                                   *fault);
        }
    return std::nullopt;
}

TrialOutcome try_cutting() {
    Result<std::optional<std::string>> fault;
    // The namespace is the thread's, and ends with it.
    std::thread([&fault] {
        if (::unshare(CLONE_NEWNET) == 0)
            fault = try_all();
        else
            fault = refusal("making the namespace");
    }).join();
    if (!fault) return {Verdict::not_tried, fault.error().message};
    if (!*fault) return {Verdict::right, {}};
    utsname name{};
    ::uname(&name);
    return {Verdict::wrong, fmt::format("Linux {}, {}", name.release, **fault)};
}

}  // namespace

const TrialOutcome& try_cutting_of_this_kernel() {
    static const TrialOutcome outcome = try_cutting();
    return outcome;
}

}  // namespace ropewalk::dataplane::eal
