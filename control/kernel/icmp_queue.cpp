#include "control/kernel/icmp_queue.hpp"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <span>

namespace ropewalk::control::kernel {

using config::Family;
using config::schema::Endpoint;
using config::schema::IpAddress;
using paths::IcmpError;

namespace {

/// The rest waits for the next call, and what finds no room in the queue is lost.
constexpr std::size_t most_at_once = 256;

template <class Address>
IpAddress address_of(Family family, const Address& bytes) {
    IpAddress address{family, {}};
    std::memcpy(address.bytes.data(), &bytes, sizeof bytes);
    return address;
}

/// `bytes` hold an address of a socket, whole or not at all.
std::optional<Endpoint> endpoint_of(std::span<const std::byte> bytes) {
    sockaddr_storage storage{};
    std::memcpy(&storage, bytes.data(), std::min(bytes.size(), sizeof storage));
    if (storage.ss_family == AF_INET && bytes.size() >= sizeof(sockaddr_in)) {
        const auto& address = reinterpret_cast<const sockaddr_in&>(storage);
        return Endpoint{address_of(Family::ipv4, address.sin_addr), ntohs(address.sin_port)};
    }
    if (storage.ss_family == AF_INET6 && bytes.size() >= sizeof(sockaddr_in6)) {
        const auto& address = reinterpret_cast<const sockaddr_in6&>(storage);
        return Endpoint{address_of(Family::ipv6, address.sin6_addr), ntohs(address.sin6_port)};
    }
    return std::nullopt;
}

/// The error in a control message, and behind it who sent it.
std::optional<IcmpError> error_in(const cmsghdr& header) {
    const bool is_one = (header.cmsg_level == IPPROTO_IP && header.cmsg_type == IP_RECVERR) ||
                        (header.cmsg_level == IPPROTO_IPV6 && header.cmsg_type == IPV6_RECVERR);
    const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(CMSG_DATA(&header)),
                                           header.cmsg_len - CMSG_LEN(0));
    sock_extended_err said{};
    if (!is_one || bytes.size() < sizeof said) return std::nullopt;
    std::memcpy(&said, bytes.data(), sizeof said);
    if (said.ee_origin != SO_EE_ORIGIN_ICMP && said.ee_origin != SO_EE_ORIGIN_ICMP6) return std::nullopt;
    const auto offender = endpoint_of(bytes.subspan(sizeof said));
    if (!offender) return std::nullopt;
    IcmpError error;
    error.offender = offender->address;
    error.type = said.ee_type;
    error.code = said.ee_code;
    if (is_too_big(error)) error.mtu = said.ee_info;
    return error;
}

}  // namespace

void queue_icmp_errors(int socket, Family family) {
    constexpr int on = 1;
    if (family == Family::ipv4)
        ::setsockopt(socket, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
    else
        ::setsockopt(socket, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on);
}

std::vector<IcmpError> take_icmp_errors(int socket, const Endpoint& local) {
    std::vector<IcmpError> errors;
    for (std::size_t i = 0; i < most_at_once; ++i) {
        sockaddr_storage to{};
        alignas(cmsghdr) std::array<std::byte, 512> control;
        msghdr message{};
        message.msg_name = &to;
        message.msg_namelen = sizeof to;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        if (::recvmsg(socket, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) break;
        const auto peer = endpoint_of({reinterpret_cast<const std::byte*>(&to), message.msg_namelen});
        for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
            auto error = error_in(*header);
            if (!error || !peer) continue;
            error->local = local;
            error->peer = *peer;
            errors.push_back(std::move(*error));
        }
    }
    return errors;
}

}  // namespace ropewalk::control::kernel
