#include "control/kernel/inside_interface.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "control/kernel/reach.hpp"
#include "control/kernel/routing_look.hpp"

namespace ropewalk::control::kernel {

using config::schema::Prefix;
using config::schema::to_string;

namespace {

/// Removing an IPv4 address can take others and routes with it (ip(7), promote_secondaries), so what was done is
/// looked at again.
constexpr int most_passes = 3;

/// To list a million routes takes long: then it is done so much more rarely.
constexpr int look_rarity = 20;

}  // namespace

void InsideInterface::configure(const config::schema::Gateway& gateway, const InnerMtusByName& inner_mtus) {
    interface_ = gateway.inside.interface;
    follow(gateway, inner_mtus);
    next_look_ = {};
}

void InsideInterface::follow(const config::schema::Gateway& gateway, const InnerMtusByName& inner_mtus) {
    wanted_ = inside_wanted(gateway, inner_mtus);
}

void InsideInterface::enforce() {
    if (interface_.empty()) {
        link_.reset();
        problems_.clear();
        notes_.clear();
        return;
    }
    const auto found = view_.link(interface_);
    const bool appeared = found && (!link_ || link_->index != found->index);
    const bool vanished = !found && link_;
    link_ = found;
    const std::vector<std::string> before = std::exchange(problems_, {});
    if (appeared) set_before_.clear();
    if (appeared || vanished) next_look_ = {};
    const InsideWanted chosen = choose();
    if (!found) {
        InsidePlan plan;
        plan_rules(chosen.rules, our_rules(), plan);
        add_rules(plan);
        remove_rules(plan);
    } else if (found->kind != "tun") {
        problems_.push_back(
            fmt::format("inside.interface: '{0}' was not made by Ropewalk (it is {1}); remove it or "
                        "choose another name",
                        interface_, found->kind.empty() ? "a hardware interface" : "a " + found->kind));
    } else {
        enforce_on(*found, chosen);
        if (appeared)
            spdlog::info("interface {} is there: MTU {}, {} addresses, {} routes", interface_, link_->mtu,
                         chosen.addresses.size(), chosen.routes.size());
    }
    for (const std::string& problem : problems_)
        if (std::ranges::find(before, problem) == before.end()) spdlog::warn("{}", problem);
}

InsideWanted InsideInterface::choose() {
    using Clock = std::chrono::steady_clock;
    if (const auto began = Clock::now(); began >= next_look_) {
        routing_ = look_at_routing(view_, wanted_);
        const auto ended = Clock::now();
        next_look_ = ended + look_rarity * (ended - began);
    }
    const int inside = link_ ? link_->index : 0;
    InsideRouting routing = choose_routes(wanted_, routing_, inside);
    std::ranges::move(find_unreached(wanted_, routing_, inside), std::back_inserter(routing.findings));
    const std::vector<std::string> noted_before = std::exchange(notes_, {});
    for (RouteFinding& finding : routing.findings) {
        auto& kept = finding.outcome == RouteFinding::Outcome::held ? problems_ : notes_;
        kept.push_back(std::move(finding.text));
    }
    for (const std::string& note : notes_)
        if (std::ranges::find(noted_before, note) == noted_before.end()) spdlog::info("{}", note);
    InsideWanted chosen = wanted_;
    chosen.routes = std::move(routing.routes);
    // Without the interface there is nothing to lead into; what another gateway has stays.
    chosen.rules = link_ ? std::move(routing.rules) : choose_routes({}, routing_, 0).rules;
    return chosen;
}

void InsideInterface::enforce_on(const Link& found, const InsideWanted& chosen) {
    const std::size_t held = problems_.size();
    for (int pass = 0; pass < most_passes && problems_.size() == held; ++pass) {
        const InsideFound is{*link_, view_.addresses(found.index), view_.our_routes(found.index), our_rules()};
        if (!apply(plan_inside(chosen, is, set_before_))) break;
        const auto now = view_.link(interface_);
        if (!now) break;
        link_ = now;
    }
}

std::vector<Rule> InsideInterface::our_rules() {
    std::vector<Rule> rules = view_.rules();
    std::erase_if(rules, [](const Rule& rule) { return rule.protocol != our_protocol; });
    return rules;
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
    add_rules(plan);
    put_routes(plan.add_routes, KernelChange::Existing::refuse);
    put_routes(plan.replace_routes, KernelChange::Existing::replace);
    for (const Route& route : plan.remove_routes)
        note(change_.remove_route(route), "remove the route " + to_string(route.destination));
    remove_rules(plan);
    for (const Prefix& address : plan.remove_addresses) {
        note(change_.remove_address(index, address), "remove the address " + to_string(address));
        std::erase(set_before_, address);
    }
    return true;
}

void InsideInterface::put_routes(const std::vector<InsideRoute>& routes, KernelChange::Existing existing) {
    for (const InsideRoute& route : routes)
        note(change_.put_route(link_->index, route, existing), "add the route " + to_string(route.destination));
}

void InsideInterface::add_rules(const InsidePlan& plan) {
    for (const Rule& rule : plan.add_rules) note(change_.add_rule(rule), "add the rule " + to_string(rule));
}

void InsideInterface::remove_rules(const InsidePlan& plan) {
    for (const Rule& rule : plan.remove_rules) note(change_.remove_rule(rule), "remove the rule " + to_string(rule));
}

void InsideInterface::note(int error, const std::string& what) {
    if (error == 0) return;
    // What was to be removed is gone already, or the interface is, or a route came since the look: the next one settles
    // it.
    next_look_ = {};
    if (error == ESRCH || error == ENOENT || error == EADDRNOTAVAIL || error == ENODEV || error == EEXIST) return;
    problems_.push_back(fmt::format("interface {}: cannot {}: {}", interface_, what, std::strerror(error)));
}

}  // namespace ropewalk::control::kernel
