#pragma once

#include <vector>

#include "config/schema/endpoint.hpp"
#include "control/paths/icmp_error.hpp"

namespace ropewalk::control::kernel {

/// Has the kernel queue ICMP errors that quote packets from the endpoint that the UDP socket is, or will be, bound to,
/// whoever sent those (ip(7), ipv6(7): IP_RECVERR). Best effort.
void queue_icmp_errors(int socket, config::Family family);

/// Takes what is queued, within bounds; `local` is the socket's own endpoint. Never waits.
std::vector<paths::IcmpError> take_icmp_errors(int socket, const config::schema::Endpoint& local);

}  // namespace ropewalk::control::kernel
