#include "control/kernel/inside_routes.hpp"

#include <linux/rtnetlink.h>

#include <algorithm>
#include <map>
#include <set>

#include "control/kernel/coverings.hpp"
#include "control/kernel/route_sentences.hpp"
#include "control/kernel/wide_rules.hpp"

namespace ropewalk::control::kernel {

using config::Family;
using config::schema::IpAddress;
using config::schema::Prefix;
using Outcome = RouteFinding::Outcome;

namespace {

/// What the kernel gives a route that asks for no priority: of IPv6 it is IP6_RT_PRIO_USER.
std::uint32_t our_priority(Family family) {
    return family == Family::ipv4 ? 0 : 1024;
}

/// One look at all prefixes.
class RouteChooser {
public:
    RouteChooser(const InsideWanted& wanted, const KernelRouting& kernel, int inside)
        : wanted_(wanted), kernel_(kernel), inside_(inside) {
        for (std::size_t i = 0; i < kernel.routes.size(); ++i) {
            const Route& route = kernel.routes[i];
            if (route.interface == inside && inside != 0) {
                if (route.protocol != our_protocol && route.table == RT_TABLE_MAIN)
                    led_inside_.insert(route.destination);
                continue;
            }
            if (route.table == RT_TABLE_MAIN) in_main_.add(route.destination, i);
            foreign_.add(route.destination, i);
        }
        for (std::size_t i = 0; i < wanted.routes.size(); ++i) prefixes_.add(wanted.routes[i].destination, i);
        for (const Prefix& address : wanted.addresses) own_.emplace(address.address, 0);
        for (const InterfaceAddress& address : kernel.addresses)
            own_.emplace(address.prefix.address, address.interface);
        find_own_addresses();
        find_routers();
    }

    InsideRouting choose() {
        for (const InsideRoute& route : wanted_.routes)
            if (may_stand(route)) result_.routes.push_back(route);
        tell_peers();
        tell_rules();
        result_.rules = wide_rules(wanted_, result_.routes, kernel_, inside_);
        for (const Family family : {Family::ipv4, Family::ipv6})
            if (auto told = wide_sentence(result_.routes, result_.rules, family); !told.empty())
                say(Outcome::told, std::move(told));
        return std::move(result_);
    }

private:
    /// The longest foreign prefix of the main table that covers this one: all routes to it.
    std::vector<const Route*> standing(const Prefix& prefix) const {
        std::vector<const Route*> routes;
        in_main_.each(prefix, [&](std::size_t i) {
            const Route& route = kernel_.routes[i];
            if (!routes.empty() && routes[0]->destination != route.destination) return true;
            routes.push_back(&route);
            return false;
        });
        std::ranges::stable_sort(routes, {}, &Route::priority);
        return routes;
    }

    /// A prefix this long takes packets for the address from whatever leads there.
    bool takes(const Prefix& prefix, const IpAddress& address) const {
        const auto routes = standing(host_prefix(address));
        return routes.empty() || routes[0]->destination.length <= prefix.length;
    }

    void find_own_addresses() {
        for (const InterfaceAddress& address : kernel_.addresses) {
            const Prefix host = host_prefix(address.prefix.address);
            if (address.interface == inside_ || address.prefix == host) continue;
            prefixes_.each(host, [&](std::size_t i) {
                const Prefix& prefix = wanted_.routes[i].destination;
                if (prefix.length >= address.prefix.length) own_inside_.emplace(prefix, &address);
                return false;
            });
        }
    }

    void find_routers() {
        for (const WanPath& path : wanted_.paths) {
            const int interface = kernel_.index_of(path.interface);
            foreign_.each(host_prefix(path.peer), [&](std::size_t i) {
                const Route& route = kernel_.routes[i];
                if (route.interface != interface || !route.gateway) return false;
                prefixes_.each(host_prefix(*route.gateway), [&](std::size_t wanted) {
                    const InsideRoute& taker = wanted_.routes[wanted];
                    if (!is_wide(taker.destination) && takes(taker.destination, *route.gateway))
                        routers_inside_.emplace(taker.destination, std::pair(&path, *route.gateway));
                    return false;
                });
                return false;
            });
        }
    }

    /// By the network of an inside address, or a route that somebody else set on the interface.
    bool is_led_inside(const Prefix& prefix) const {
        return led_inside_.contains(prefix) || std::ranges::any_of(wanted_.addresses, [&](const Prefix& address) {
                   return network_of(address) == prefix && host_prefix(address.address) != address;
               });
    }

    bool may_stand(const InsideRoute& route) {
        const Prefix& prefix = route.destination;
        if (route.table == wide_table) return wide_may_stand(route);
        if (is_led_inside(prefix)) return false;
        if (const auto own = own_.find(prefix.address); own != own_.end() && host_prefix(own->first) == prefix)
            return hold(own_address_sentence(route, kernel_, own->second));
        const auto before = standing(prefix);
        if (!before.empty() && before[0]->destination == prefix && !may_stand_beside(route, before)) return false;
        if (const auto router = routers_inside_.find(prefix); router != routers_inside_.end())
            return hold(router_sentence(route, *router->second.first, router->second.second));
        if (const auto own = own_inside_.find(prefix); own != own_inside_.end())
            return hold(own_network_sentence(route, kernel_, *own->second));
        if (!before.empty() && before[0]->destination != prefix) tell_part(route, *before[0]);
        return true;
    }

    /// The same prefix stands in the main table already.
    bool may_stand_beside(const InsideRoute& route, const std::vector<const Route*>& before) {
        for (const Route* other : before)
            if (is_on_link(*other)) return hold(network_sentence(route, kernel_, *other));
        if (before[0]->priority <= our_priority(route.destination.address.family))
            return hold(other_route_sentence(route, kernel_, *before[0]));
        for (const Route* other : before)
            if (other->type == RTN_UNICAST) {
                say(Outcome::told, waiting_route_sentence(route, kernel_, *other));
                break;
            }
        return true;
    }

    void tell_part(const InsideRoute& route, const Route& before) {
        if (is_wide(before.destination) || before.type != RTN_UNICAST) return;
        say(Outcome::told, part_sentence(route, kernel_, before));
    }

    bool wide_may_stand(const InsideRoute& route) {
        for (const Route& other : kernel_.routes)
            if (is_of_another_gateway(other, route.destination.address.family, inside_))
                return hold(other_gateway_sentence(route, kernel_, other));
        const auto before = standing(route.destination);
        const bool is_same = !before.empty() && before[0]->destination == route.destination;
        // What the default route carried is what a wide prefix is for.
        if (is_same && route.destination.length != 0 && before[0]->type == RTN_UNICAST)
            say(Outcome::told, waiting_route_sentence(route, kernel_, *before[0]));
        return true;
    }

    void tell_peers() {
        Coverings set;
        for (std::size_t i = 0; i < result_.routes.size(); ++i) set.add(result_.routes[i].destination, i);
        std::set<std::pair<Prefix, IpAddress>> told;
        for (const WanPath& path : wanted_.paths)
            set.each(host_prefix(path.peer), [&](std::size_t i) {
                const InsideRoute& route = result_.routes[i];
                if (route.table == RT_TABLE_MAIN && takes(route.destination, path.peer) &&
                    told.emplace(route.destination, path.peer).second)
                    say(Outcome::told, peer_sentence(route, path, router_of(path)));
                return true;
            });
    }

    std::optional<IpAddress> router_of(const WanPath& path) const {
        const int interface = kernel_.index_of(path.interface);
        std::optional<IpAddress> router;
        in_main_.each(host_prefix(path.peer), [&](std::size_t i) {
            if (kernel_.routes[i].interface == interface) router = kernel_.routes[i].gateway;
            return router.has_value();
        });
        return router;
    }

    /// Rules of others that the kernel asks before, and that go by addresses alone. One for the machine's own address
    /// is that of a WAN, such as hosts with several have.
    void tell_rules() {
        for (const Rule& rule : kernel_.rules) {
            const bool is_before = rule.priority <= our_rule_priority && rule.protocol != our_protocol;
            const bool is_broad = rule.selectors.empty() || rule.is_inverted;
            if (!is_before || !is_broad || !leads_to_table(rule) || rule.suppressed_length) continue;
            if (rule.table == RT_TABLE_MAIN || rule.table == RT_TABLE_LOCAL || rule.table == wide_table) continue;
            if (rule.source && own_.contains(rule.source->address) && host_prefix(rule.source->address) == rule.source)
                continue;
            const auto taken = std::ranges::find_if(result_.routes, [&](const InsideRoute& route) {
                return route.destination.address.family == rule.family && leads_elsewhere(rule, route.destination);
            });
            if (taken != result_.routes.end()) say(Outcome::told, rule_sentence(*taken, rule));
        }
    }

    bool leads_elsewhere(const Rule& rule, const Prefix& prefix) const {
        if (rule.destination && !covers(*rule.destination, prefix) && !covers(prefix, *rule.destination)) return false;
        bool has_route = false;
        foreign_.each(prefix, [&](std::size_t i) {
            has_route = kernel_.routes[i].table == rule.table;
            return has_route;
        });
        return has_route;
    }

    void say(Outcome outcome, std::string text) { result_.findings.push_back({outcome, std::move(text)}); }
    bool hold(std::string text) {
        say(Outcome::held, std::move(text));
        return false;
    }

    const InsideWanted& wanted_;
    const KernelRouting& kernel_;
    const int inside_;
    Coverings in_main_, foreign_;   ///< routes by others' interfaces
    std::set<Prefix> led_inside_;   ///< routes by ours that are not from us
    Coverings prefixes_;            ///< wanted routes
    std::map<IpAddress, int> own_;  ///< by which interface; 0: the inside one, before it is there
    std::map<Prefix, const InterfaceAddress*>
        own_inside_;  ///< wanted prefixes with an address of a network around them
    std::map<Prefix, std::pair<const WanPath*, IpAddress>> routers_inside_;  ///< wanted prefixes that take a router
    InsideRouting result_;
};

}  // namespace

InsideRouting choose_routes(const InsideWanted& wanted, const KernelRouting& kernel, int inside) {
    return RouteChooser(wanted, kernel, inside).choose();
}

}  // namespace ropewalk::control::kernel
