#include "control/kernel/neighbour.hpp"

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "control/kernel/attributes.hpp"

namespace ropewalk::control::kernel {

bool Neighbour::is_usable() const {
    constexpr unsigned usable = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY;
    return mac && (state & usable) != 0;
}

bool Neighbour::is_fixed() const {
    return (state & (NUD_PERMANENT | NUD_NOARP)) != 0;
}

bool Neighbour::has_failed() const {
    return (state & NUD_FAILED) != 0;
}

bool NeighbourSilence::is_silent(const std::optional<Neighbour>& neighbour, std::uint64_t now_ns) {
    if (neighbour && neighbour->is_usable()) {
        asked_since_ns_.reset();
        was_given_up_ = false;
        return false;
    }
    if (!asked_since_ns_) asked_since_ns_ = now_ns;
    was_given_up_ |= neighbour && neighbour->has_failed();
    return was_given_up_ || now_ns - *asked_since_ns_ >= patience_ns;
}

std::optional<Neighbour> parse_neighbour(const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWNEIGH || mnl_nlmsg_get_payload_len(&message) < sizeof(ndmsg)) return std::nullopt;
    const auto& header = *static_cast<const ndmsg*>(mnl_nlmsg_get_payload(&message));
    const Attributes<NDA_MAX + 1> attributes(message, sizeof header);
    const auto address = attributes.address(NDA_DST);
    if (!address || (header.ndm_family != AF_INET && header.ndm_family != AF_INET6)) return std::nullopt;
    Neighbour neighbour;
    neighbour.interface = header.ndm_ifindex;
    neighbour.address = *address;
    neighbour.mac = attributes.mac(NDA_LLADDR);
    neighbour.state = header.ndm_state;
    neighbour.is_managed = (attributes.number<std::uint32_t>(NDA_FLAGS_EXT).value_or(0) & NTF_EXT_MANAGED) != 0;
    return neighbour;
}

}  // namespace ropewalk::control::kernel
