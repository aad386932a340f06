#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "config/schema/gateway.hpp"
#include "control/kernel/inside_plan.hpp"
#include "control/kernel/inside_routes.hpp"
#include "control/kernel/kernel_change.hpp"
#include "control/kernel/kernel_view.hpp"

namespace ropewalk::control::kernel {

/// Gives the interface that the dataplane makes its addresses, MTU and routes, and sees that it keeps them. The
/// interface goes when the dataplane does, and its addresses and routes with it. Where users are behind a port there is
/// no interface, and nothing to do.
class InsideInterface {
public:
    explicit InsideInterface(NetlinkSocket& socket) : view_(socket), change_(socket) {}

    void configure(const config::schema::Gateway& gateway, const InnerMtusByName& inner_mtus);

    /// Other inner MTUs of the gateway that it is configured for; the next enforce() sets them.
    void follow(const config::schema::Gateway& gateway, const InnerMtusByName& inner_mtus);

    /// Looks, and does what is missing. Cheap when nothing is. Says what it did and, once, what it could not do.
    void enforce();

    /// What the last enforce() could not do, or held back, as sentences; empty when all is well.
    const std::vector<std::string>& problems() const { return problems_; }

    /// Bytes that the interface is kept at.
    std::uint16_t mtu() const { return wanted_.mtu; }
    /// What is done as it was asked for and yet may surprise: what prefixes take away, and who is not reached.
    const std::vector<std::string>& notes() const { return notes_; }

private:
    /// Routes and rules as they may stand now.
    InsideWanted choose();
    void enforce_on(const Link& found, const InsideWanted& chosen);
    std::vector<Rule> our_rules();
    bool apply(const InsidePlan& plan);
    void put_routes(const std::vector<InsideRoute>& routes, KernelChange::Existing existing);
    void add_rules(const InsidePlan& plan);
    void remove_rules(const InsidePlan& plan);
    void note(int error, const std::string& what);

    KernelView view_;
    KernelChange change_;
    std::string interface_;
    InsideWanted wanted_;
    std::vector<config::schema::Prefix> set_before_;
    std::optional<Link> link_;  ///< as last seen; empty while the dataplane has not made it
    KernelRouting routing_;     ///< as last seen
    std::chrono::steady_clock::time_point next_look_{};
    std::vector<std::string> problems_, notes_;
};

}  // namespace ropewalk::control::kernel
