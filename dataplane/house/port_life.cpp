#include "dataplane/house/port_life.hpp"

namespace ropewalk::dataplane::house {

using config::region::LinkCode;
using config::region::LinkReason;
using eal::InterfaceState;
using eal::Link;

namespace {

LinkReason why_down(const InterfaceState& interface) {
    if (interface.index == 0) return LinkReason::no_interface;
    if (!interface.is_set_up) return LinkReason::set_down;
    return interface.has_carrier ? LinkReason::none : LinkReason::no_carrier;
}

}  // namespace

PortLife::Step PortLife::next(const InterfaceState& now, unsigned taken_up, std::uint64_t now_ns) {
    if (phase_ == Phase::taken_up && (now.index == 0 || now.index != taken_up)) {
        phase_ = Phase::leaving;
        return Step::let_go;
    }
    if (phase_ != Phase::absent || now.index == 0 || !now.is_set_up) return Step::none;
    // Another interface is another chance.
    return now.index == refused_ && now_ns < retry_at_ns_ ? Step::none : Step::take_up;
}

void PortLife::was_refused(const InterfaceState& interface, std::uint64_t now_ns) {
    refused_ = interface.index;
    retry_at_ns_ = now_ns + retry_ns;
}

Link PortLife::link(const InterfaceState& now) const {
    Link link{.code = LinkCode::down, .speed_mbit = 0, .reason = why_down(now), .address = {}, .mtu = now.mtu};
    if (now.index != 0) link.address = now.address;
    if (link.reason != LinkReason::none) return link;
    if (phase_ != Phase::taken_up) {
        link.reason = phase_ == Phase::leaving ? LinkReason::no_interface : LinkReason::not_opened;
        return link;
    }
    link.code = LinkCode::up;
    link.speed_mbit = now.speed_mbit;
    return link;
}

}  // namespace ropewalk::dataplane::house
