#include "control/kernel/endpoint_holder.hpp"

#include <linux/filter.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "config/snapshot/build.hpp"
#include "control/kernel/icmp_queue.hpp"

namespace ropewalk::control::kernel {

using config::Family;
using config::PortDriver;
using config::region::FileDescriptor;
using config::schema::Endpoint;

namespace {

/// Makes the socket take nothing, ever; set before it is bound.
bool drop_everything(const FileDescriptor& socket) {
    sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
    const sock_fprog program{1, &nothing};
    return ::setsockopt(socket.number(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

/// Best effort: the kernel then leaves copies joined that arrive joined, where it would cut them first, to drop them
/// one by one; and network cards' drivers join those that carry a checksum, which the dataplane takes as they are.
void take_joined(const FileDescriptor& socket) {
    constexpr int on = 1;
    ::setsockopt(socket.number(), IPPROTO_UDP, UDP_GRO, &on, sizeof on);
}

bool is_link_local(const config::schema::IpAddress& address) {
    return address.family == Family::ipv6 && address.bytes[0] == 0xfe && (address.bytes[1] & 0xc0) == 0x80;
}

int bind_to(const FileDescriptor& socket, const Endpoint& endpoint, const std::string& interface) {
    if (endpoint.address.family == Family::ipv4) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(endpoint.udp_port);
        std::memcpy(&address.sin_addr, endpoint.address.bytes.data(), sizeof address.sin_addr);
        return ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(endpoint.udp_port);
    std::memcpy(&address.sin6_addr, endpoint.address.bytes.data(), sizeof address.sin6_addr);
    // A link-local address means nothing without its interface (RFC 4007 section 6).
    if (is_link_local(endpoint.address)) address.sin6_scope_id = ::if_nametoindex(interface.c_str());
    return ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

std::string problem_of(int error, const Endpoint& endpoint, const EndpointHolder::Held& held) {
    if (error == EADDRNOTAVAIL)
        return fmt::format(
            "{}: its local address {} is not an address of this machine; add it: ip address add {}/LENGTH "
            "dev {}",
            held.path_key, to_string(endpoint.address), to_string(endpoint.address), held.interface);
    if (error == EADDRINUSE)
        return fmt::format("{}: another program has UDP {}; stop it (ss -lunp shows it) or choose another port",
                           held.path_key, to_string(endpoint));
    return fmt::format("{}: cannot bind UDP {}: {}", held.path_key, to_string(endpoint), std::strerror(error));
}

/// Whether a socket can be bound to the address now; one that is bound already stays so when its address is taken away.
bool is_address_here(const config::schema::IpAddress& address, const std::string& interface) {
    const int family = address.family == Family::ipv4 ? AF_INET : AF_INET6;
    const FileDescriptor socket(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const bool is_refused = socket && bind_to(socket, {address, 0}, interface) != 0;
    return !is_refused || (errno != EADDRNOTAVAIL && errno != EINVAL && errno != ENODEV);
}

/// Returns 0 or an errno value.
int bind_endpoint(const Endpoint& endpoint, EndpointHolder::Held& held) {
    const int family = endpoint.address.family == Family::ipv4 ? AF_INET : AF_INET6;
    FileDescriptor socket(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket || !drop_everything(socket)) return errno;
    take_joined(socket);
    queue_icmp_errors(socket.number(), endpoint.address.family);
    if (bind_to(socket, endpoint, held.interface) != 0) return errno;
    held.socket = std::move(socket);
    return 0;
}

}  // namespace

void EndpointHolder::configure(const config::schema::Gateway& gateway) {
    std::map<Endpoint, Held> wanted;
    for (const auto& tunnel : gateway.tunnels) {
        for (const auto& path : tunnel.paths) {
            const auto* const port = find_port(gateway, path.port);
            if (port == nullptr || (port->driver != PortDriver::af_packet && port->driver != PortDriver::af_xdp))
                continue;
            for (unsigned shard = 0; shard < tunnel.shards; ++shard) {
                const Endpoint local{path.local.address, static_cast<std::uint16_t>(path.local.udp_port + shard)};
                wanted.try_emplace(
                    local, Held{config::snapshot::path_key(tunnel, path), port->device, FileDescriptor(), {}, {}});
            }
        }
    }
    for (auto& [endpoint, held] : wanted) {
        const auto before = held_.find(endpoint);
        if (before == held_.end()) continue;
        held.socket = std::move(before->second.socket);
        held.problem = before->second.problem;
        held.log = before->second.log;
    }
    held_ = std::move(wanted);
}

void EndpointHolder::follow(std::uint64_t now_ns) {
    std::map<std::pair<config::schema::IpAddress, std::string>, bool> is_here;
    for (auto& [endpoint, held] : held_) {
        const auto [known, is_new] = is_here.try_emplace({endpoint.address, held.interface});
        if (is_new) known->second = is_address_here(endpoint.address, held.interface);
        if (held.socket)
            std::ranges::move(kernel::take_icmp_errors(held.socket.number(), endpoint),
                              std::back_inserter(icmp_errors_));
        // It belongs to an interface that may not come back; any other address may, and the socket is still on it.
        if (!known->second && is_link_local(endpoint.address)) held.socket = FileDescriptor();
        // That it is gone is said of the path and of the port.
        if (::if_nametoindex(held.interface.c_str()) == 0) continue;
        int error = known->second ? 0 : EADDRNOTAVAIL;
        if (!held.socket && error == 0) error = bind_endpoint(endpoint, held);
        held.problem = error == 0 ? std::string() : problem_of(error, endpoint, held);
        if (!held.log.is_news(held.problem, now_ns)) continue;
        if (held.problem.empty())
            spdlog::info("{}: UDP {} is held", held.path_key, to_string(endpoint));
        else
            spdlog::warn("{}; trying every second", held.problem);
    }
}

}  // namespace ropewalk::control::kernel
