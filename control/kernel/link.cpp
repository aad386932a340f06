#include "control/kernel/link.hpp"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "control/kernel/attributes.hpp"

namespace ropewalk::control::kernel {
namespace {

// <linux/if.h>, which has it, does not get on with <net/if.h>.
constexpr unsigned iff_lower_up = 1U << 16;

bool makes_own_ipv6_address(const nlattr* families) {
    const Attributes<AF_INET6 + 1> by_family(families);
    const nlattr* const nest = by_family.find(AF_INET6);
    if (nest == nullptr) return false;
    const Attributes<IFLA_INET6_MAX + 1> ipv6(nest);
    return ipv6.number<std::uint8_t>(IFLA_INET6_ADDR_GEN_MODE).value_or(IN6_ADDR_GEN_MODE_EUI64) !=
           IN6_ADDR_GEN_MODE_NONE;
}

}  // namespace

std::optional<Link> parse_link(const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWLINK || mnl_nlmsg_get_payload_len(&message) < sizeof(ifinfomsg))
        return std::nullopt;
    const auto& header = *static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(&message));
    const Attributes<IFLA_MAX + 1> attributes(message, sizeof header);
    const Attributes<IFLA_INFO_MAX + 1> info(attributes.find(IFLA_LINKINFO));
    Link link;
    link.index = header.ifi_index;
    link.name = attributes.text(IFLA_IFNAME);
    link.kind = info.text(IFLA_INFO_KIND);
    link.mac = attributes.mac(IFLA_ADDRESS);
    link.mtu = attributes.number<std::uint32_t>(IFLA_MTU).value_or(0);
    link.up = (header.ifi_flags & IFF_UP) != 0;
    link.has_carrier = (header.ifi_flags & iff_lower_up) != 0;
    link.makes_own_ipv6_address = makes_own_ipv6_address(attributes.find(IFLA_AF_SPEC));
    return link;
}

}  // namespace ropewalk::control::kernel
