#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"
#include "control/kernel/kernel_change.hpp"
#include "control/kernel/kernel_view.hpp"
#include "control/kernel/next_hop.hpp"
#include "control/paths/path_table.hpp"

namespace ropewalk::control::kernel {

/// Finds the next hop of every path whose port the kernel sees, and asks the kernel to keep it known; and how large
/// packets may be on the way there.
class NextHopResolver {
public:
    using MacAddress = config::schema::MacAddress;

    explicit NextHopResolver(NetlinkSocket& socket) : view_(socket), change_(socket) {}

    /// Takes over the paths of a configuration; what is known of a path stays while its port and addresses do.
    void configure(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved);

    /// Next hops that an earlier control knew; used until the kernel says otherwise.
    void remember(const paths::PathTable& known);

    /// Asks the kernel about every path, and says what there is to know of each.
    std::vector<paths::NextHopFact> refresh(std::uint64_t now_ns);

    std::size_t size() const { return entries_.size(); }

private:
    /// Who knows a path's next hop. The kernel itself is the neighbour behind a tap.
    enum class Origin : std::uint8_t { nobody, yaml, kernel, tap };

    /// One path and what is known of its next hop.
    struct Entry {
        std::uint32_t path_slot = 0;
        Origin origin = Origin::nobody;
        std::string interface;  ///< empty when the kernel does not see the port
        config::schema::Endpoint local, peer;
        NextHop hop;
        WayMtu mtu;
        bool is_asked_for() const { return origin == Origin::kernel || origin == Origin::tap; }
    };
    using NeighbourKey = std::pair<int, config::schema::IpAddress>;

    /// A neighbour that a path's copies go to.
    struct Followed {
        std::uint64_t asked_ns = 0, looked_ns = 0;  ///< CLOCK_MONOTONIC; 0: never
        NeighbourSilence silence;
        bool is_silent = false;
    };

    /// What the kernel answered during one refresh, so that paths that share an interface ask once.
    struct Answers {
        std::map<std::string, std::optional<Link>> links;
        std::map<NeighbourKey, std::optional<Neighbour>> neighbours;
        std::optional<std::vector<Rule>> rules;  ///< only where a path has a problem
    };

    static paths::NextHopFact fact_of(const Entry& entry);
    void look(Entry& entry, Answers& answers, std::uint64_t now_ns);
    const std::optional<Link>& link(const std::string& name, Answers& answers);
    const std::optional<Neighbour>& neighbour(const NeighbourKey& key, Answers& answers, std::uint64_t now_ns);
    tl::expected<Route, int> route(const Entry& entry, int interface);
    std::optional<UnfollowedRule> unfollowed(const Entry& entry, int interface, Answers& answers);

    KernelView view_;
    KernelChange change_;
    std::vector<Entry> entries_;
    std::map<NeighbourKey, Followed> followed_;
};

}  // namespace ropewalk::control::kernel
