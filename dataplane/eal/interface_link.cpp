#include "dataplane/eal/interface_link.hpp"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "dataplane/eal/device_features.hpp"

namespace ropewalk::dataplane::eal {

using config::region::LinkCode;

InterfaceLink::InterfaceLink(const std::string& interface)
    : interface_(interface),
      index_(if_nametoindex(interface.c_str())),
      socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {}

Link InterfaceLink::look() {
    if (!socket_) return {};
    ifreq request{};
    interface_.copy(request.ifr_name, sizeof request.ifr_name - 1);
    constexpr int needed = IFF_UP | IFF_RUNNING;
    const bool is_up = if_nametoindex(interface_.c_str()) == index_ &&
                       ::ioctl(socket_.number(), SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & needed) == needed;
    // The kernel answers this one under a lock that a driver may hold for long, so it is asked when a line came up,
    // where the speed is agreed on, and not every time.
    if (is_up && last_.code != LinkCode::up)
        last_ = {LinkCode::up, speed_mbit_of(socket_, interface_)};
    else if (!is_up)
        last_ = {LinkCode::down, 0};
    return last_;
}

}  // namespace ropewalk::dataplane::eal
