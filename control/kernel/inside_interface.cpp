#include "control/kernel/inside_interface.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace ropewalk::control::kernel {

using config::schema::Prefix;
using config::schema::to_string;

namespace {

/// Removing an IPv4 address can take others and routes with it (ip(7), promote_secondaries), so what was done is
/// looked at again.
constexpr int most_passes = 3;

}  // namespace

void InsideInterface::configure(const config::schema::Gateway& gateway) {
    interface_ = gateway.inside.interface;
    wanted_ = inside_wanted(gateway);
    mtu_care_ = MtuCare::set;
}

void InsideInterface::enforce() {
    if (interface_.empty()) {
        link_.reset();
        problems_.clear();
        return;
    }
    auto found = view_.link(interface_);
    const bool appeared = found && (!link_ || link_->index != found->index);
    link_ = found;
    std::vector<std::string> before = std::exchange(problems_, {});
    if (appeared) {
        mtu_care_ = MtuCare::set;
        set_before_.clear();
    }
    if (found && found->kind != "tun") {
        problems_.push_back(
            fmt::format("inside.interface: '{0}' was not made by Ropewalk (it is {1}); remove it or "
                        "choose another name",
                        interface_, found->kind.empty() ? "a hardware interface" : "a " + found->kind));
    } else if (found) {
        for (int pass = 0; pass < most_passes && problems_.empty(); ++pass) {
            if (!apply(plan_inside(wanted_, {*link_, view_.addresses(link_->index), view_.our_routes(link_->index)},
                                   mtu_care_, set_before_)))
                break;
            mtu_care_ = MtuCare::leave;
            const auto now = view_.link(interface_);
            if (!now) break;
            link_ = now;
        }
        mtu_care_ = MtuCare::leave;
        if (appeared)
            spdlog::info("interface {} is there: MTU {}, {} addresses, {} routes", interface_, link_->mtu,
                         wanted_.addresses.size(), wanted_.routes.size());
    }
    for (const std::string& problem : problems_)
        if (std::ranges::find(before, problem) == before.end()) spdlog::warn("{}", problem);
}

bool InsideInterface::apply(const InsidePlan& plan) {
    if (plan.is_empty()) return false;
    const int index = link_->index;
    // Without IPv6 in the kernel this fails, and nothing is lost.
    if (plan.stop_own_ipv6_address) change_.stop_own_ipv6_address(index);
    if (plan.mtu) note(change_.set_mtu(index, *plan.mtu), fmt::format("set its MTU to {}", *plan.mtu));
    if (plan.set_up) note(change_.set_up(index), "set it up");
    for (const Prefix& address : plan.add_addresses) {
        note(change_.add_address(index, address), "add the address " + to_string(address));
        if (std::ranges::find(set_before_, address) == set_before_.end()) set_before_.push_back(address);
    }
    for (const InsideRoute& route : plan.add_routes)
        note_route(change_.put_route(index, route.destination, route.mtu, route.source, KernelChange::Existing::refuse),
                   route);
    for (const InsideRoute& route : plan.replace_routes)
        note_route(
            change_.put_route(index, route.destination, route.mtu, route.source, KernelChange::Existing::replace),
            route);
    for (const Prefix& route : plan.remove_routes)
        note(change_.remove_route(index, route), "remove the route " + to_string(route));
    for (const Prefix& address : plan.remove_addresses) {
        note(change_.remove_address(index, address), "remove the address " + to_string(address));
        std::erase(set_before_, address);
    }
    return true;
}

void InsideInterface::note(int error, const std::string& what) {
    // What was to be removed is gone already, or the interface is: the next look settles it.
    if (error == 0 || error == ESRCH || error == EADDRNOTAVAIL || error == ENODEV) return;
    problems_.push_back(fmt::format("interface {}: cannot {}: {}", interface_, what, std::strerror(error)));
}

void InsideInterface::note_route(int error, const InsideRoute& route) {
    if (error == EEXIST)
        problems_.push_back(
            fmt::format("there is another route to {0}, which is left alone: remove it (ip route show "
                        "{0}) if its traffic belongs into the tunnel",
                        to_string(route.destination)));
    else
        note(error, fmt::format("add the route {}", to_string(route.destination)));
}

}  // namespace ropewalk::control::kernel
