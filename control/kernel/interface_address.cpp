#include "control/kernel/interface_address.hpp"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "control/kernel/attributes.hpp"

namespace ropewalk::control::kernel {

std::optional<InterfaceAddress> parse_interface_address(const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWADDR || mnl_nlmsg_get_payload_len(&message) < sizeof(ifaddrmsg))
        return std::nullopt;
    const auto& header = *static_cast<const ifaddrmsg*>(mnl_nlmsg_get_payload(&message));
    const Attributes<IFA_MAX + 1> attributes(message, sizeof header);
    // On a point-to-point interface IFA_ADDRESS is the far end and IFA_LOCAL ours; IPv6 has IFA_LOCAL only there.
    auto address = attributes.address(IFA_LOCAL);
    if (!address) address = attributes.address(IFA_ADDRESS);
    if (!address || (header.ifa_family != AF_INET && header.ifa_family != AF_INET6)) return std::nullopt;
    InterfaceAddress found;
    found.interface = static_cast<int>(header.ifa_index);
    found.prefix = {*address, header.ifa_prefixlen};
    found.is_ours = attributes.number<std::uint8_t>(IFA_PROTO) == our_protocol;
    found.is_link_local = header.ifa_scope == RT_SCOPE_LINK;
    return found;
}

}  // namespace ropewalk::control::kernel
