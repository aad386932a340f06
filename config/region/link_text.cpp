#include "config/region/link_text.hpp"

#include <fmt/format.h>

namespace ropewalk::config::region {

std::string_view word_of(LinkCode link) {
    if (link == LinkCode::up) return "up";
    return link == LinkCode::down ? "down" : "unknown";
}

std::string reason_text(LinkReason reason, std::string_view device) {
    switch (reason) {
        case LinkReason::none:
            break;
        case LinkReason::no_interface:
            return fmt::format("no interface {} here", device);
        case LinkReason::set_down:
            return fmt::format("interface {0} is set down; ip link set {0} up", device);
        case LinkReason::no_carrier:
            return fmt::format("interface {} has no carrier; check the cable, or bring its other end up", device);
        case LinkReason::not_opened:
            return fmt::format("interface {} could not be taken up; the dataplane's log says why", device);
    }
    return {};
}

std::string_view word_of(JoiningCode joining) {
    switch (joining) {
        case JoiningCode::unknown:
            break;
        case JoiningCode::joined:
            return "yes";
        case JoiningCode::switched_off:
            return "off";
        case JoiningCode::old_linux:
            return "no: Linux before 6.2";
        case JoiningCode::device_does_not_cut:
            return "no: device does not cut";
        case JoiningCode::cut_wrongly:
            return "no: kernel cuts wrongly";
        case JoiningCode::not_tried:
            return "no: not tested";
    }
    return {};
}

std::string speed_text(std::uint32_t mbit) {
    return mbit < 1000 ? fmt::format("{} Mbit/s", mbit) : fmt::format("{:g} Gbit/s", mbit / 1000.0);
}

}  // namespace ropewalk::config::region
