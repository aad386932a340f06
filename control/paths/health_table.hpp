#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "config/region/path_health.hpp"
#include "config/region/path_orders.hpp"
#include "config/region/reception_figures.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"
#include "control/paths/estimators/delay_estimate.hpp"
#include "control/paths/estimators/loss_window.hpp"
#include "control/paths/estimators/mark_watch.hpp"
#include "control/paths/metered_path.hpp"
#include "control/paths/path_health.hpp"
#include "control/paths/path_look.hpp"
#include "control/paths/path_sights.hpp"
#include "control/paths/path_table.hpp"
#include "control/peers/peers.hpp"

namespace ropewalk::control::paths {

/// The health of all paths of the running configuration, and what was measured of them. Pure.
class HealthTable {
public:
    /// How often what is measured is told to the peer, and shown.
    static constexpr std::uint64_t figures_interval_ns = 100'000'000;
    /// The same of what takes a pass over a histogram.
    static constexpr std::uint64_t tails_interval_ns = 5'000'000'000;
    /// Of the probes of a metered path that is idle.
    static constexpr std::uint64_t idle_probe_interval_ns = 1'000'000'000;

    struct Entry {
        std::uint32_t path_slot = 0, tunnel_slot = 0, port_slot = 0;
        config::Wire wire{};
        config::Metered metered = config::Metered::no;
        std::uint64_t carrying_interval_ns = 0;  ///< of our probes while it is not idle
        std::uint64_t interval_ns = 0;           ///< of our probes
        HealthLimits limits;
        Duty duty = Duty::carries;

        PeerHabit peer = PeerHabit::unknown;
        bool was_looked_at = false;
        std::uint64_t slower_interval_ns = 0;   ///< the one before, while probes still come and are answered by it
        std::uint64_t interval_changed_ns = 0;  ///< 0: not seen yet
        PathHealth health;
        DelayEstimate delay;
        LossWindow loss;    ///< by the copies' numbers, outside the seal
        LossWindow proven;  ///< by what the peer says inside the seal that it sent: forged copies can only make it less
        MarkWatch marks;
        PathLook look;  ///< the last one
        std::uint64_t rx_delay_over_best_ns = 0;
        std::uint32_t round_trip_p99_us = 0, jitter_p99_us = 0;
        config::region::ReceptionFigures reception, reception_of_peer;
    };

    /// Follows a configuration; what is known of a path stays.
    void configure(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved);
    /// How an earlier control left a path of the running configuration; its order tells what it knew of the peer.
    void take_over(std::uint32_t path_slot, const config::region::PathHealth& left,
                   const config::region::PathOrder& order);

    /// What is to be known; refers to its owners' objects.
    struct Known {
        const PathTable& table;
        const PathSights& sights;
        const peers::Peers& peers;
        std::span<const PathLook> looks;  ///< empty: nobody looked, or no dataplane runs
        std::uint64_t seen_ns;            ///< up to when workers can have heard something; 0: none run
        std::span<const MeteredPath> metered = {};
    };

    /// To be called in every turn.
    void run(const Known& known, std::uint64_t now_ns);
    /// Another number whenever states or figures may be others.
    std::uint64_t version() const { return version_; }

    /// By tunnel, in the order of the configuration.
    const std::vector<Entry>& entries() const { return entries_; }
    const Entry* find(std::uint32_t path_slot) const;
    /// As the cell of a path shows it.
    static config::region::PathHealth shown(const Entry& entry);

private:
    void follow(const MeteredPath& path);
    void take(const PathLook& look, std::uint64_t now_ns);
    static void compare_delays(std::span<Entry> of_tunnel);
    void look_at_tails(std::uint64_t now_ns);
    void judge(Entry& entry, const Known& known, std::uint64_t now_ns);

    std::vector<Entry> entries_;
    std::map<std::uint32_t, std::size_t> by_slot_;
    std::uint64_t figures_ns_ = 0, tails_ns_ = 0, version_ = 0;
};

}  // namespace ropewalk::control::paths
