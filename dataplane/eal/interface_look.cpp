#include "dataplane/eal/interface_look.hpp"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "dataplane/eal/device_features.hpp"

namespace ropewalk::dataplane::eal {

namespace {

bool ask(const config::region::FileDescriptor& socket, const std::string& interface, unsigned long question,
         ifreq& answer) {
    answer = {};
    interface.copy(answer.ifr_name, sizeof answer.ifr_name - 1);
    return ::ioctl(socket.number(), question, &answer) == 0;
}

}  // namespace

InterfaceLook::InterfaceLook(std::string interface)
    : interface_(std::move(interface)), socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {}

InterfaceState InterfaceLook::look() {
    const InterfaceState before = std::exchange(last_, {});
    ifreq answer;
    const auto told = [&](unsigned long question) { return ask(socket_, interface_, question, answer); };
    // One that goes away meanwhile is seen at the next look.
    if (!told(SIOCGIFINDEX)) return last_;
    last_.index = static_cast<unsigned>(answer.ifr_ifindex);
    if (told(SIOCGIFFLAGS)) {
        last_.is_set_up = (answer.ifr_flags & IFF_UP) != 0;
        last_.has_carrier = (answer.ifr_flags & IFF_RUNNING) != 0;
    }
    if (told(SIOCGIFHWADDR)) std::memcpy(last_.address.data(), answer.ifr_hwaddr.sa_data, last_.address.size());
    if (told(SIOCGIFMTU))
        last_.mtu =
            static_cast<std::uint16_t>(std::clamp<int>(answer.ifr_mtu, 0, std::numeric_limits<std::uint16_t>::max()));
    if (!last_.is_set_up || !last_.has_carrier) return last_;
    // It is agreed on when a line comes up.
    const bool was_up = before.index == last_.index && before.is_set_up && before.has_carrier;
    last_.speed_mbit = was_up ? before.speed_mbit : speed_mbit_of(socket_, interface_);
    return last_;
}

}  // namespace ropewalk::dataplane::eal
