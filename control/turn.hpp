#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "config/result.hpp"
#include "config/schema/diff.hpp"
#include "control/effects.hpp"
#include "control/facts.hpp"
#include "control/paths/health_table.hpp"
#include "control/paths/icmp_hints.hpp"
#include "control/paths/path_sights.hpp"
#include "control/paths/path_table.hpp"
#include "control/paths/path_troubles.hpp"
#include "control/peers/hello_exchange.hpp"
#include "control/peers/mtu_exchange.hpp"
#include "control/peers/numbers_behind.hpp"
#include "control/peers/received_shards.hpp"
#include "control/policy/drains.hpp"
#include "control/policy/inner_mtus.hpp"
#include "control/policy/metered_paths.hpp"
#include "control/policy/orders.hpp"
#include "control/policy/path_ranks.hpp"
#include "control/publication/dataplane_watch.hpp"
#include "control/publication/publisher.hpp"
#include "control/publication/refusal_watch.hpp"
#include "control/reload/pending_reloads.hpp"

namespace ropewalk::control {

/// What control decides, whatever kernel and memory it runs on: facts and time in, effects and events out. The program
/// and the simulator run this same text. Effects are to be carried out before the next turn.
class Turn {
public:
    explicit Turn(std::array<std::uint16_t, 3> version) : version_(version) {}

    /// The first turn: takes over what an earlier control left, and adopts a configuration, as a reload does when a
    /// dataplane has started with another. Fails when the dataplane could not take that.
    Result<void> start(reload::Configuration configuration, Legacy legacy, const Facts& facts, std::uint64_t now_ns,
                       Effects& effects);

    void run(Facts facts, std::uint64_t now_ns, Effects& effects);

    const config::schema::Gateway& gateway() const { return running_.gateway; }
    const config::snapshot::Resolved& resolved() const { return resolved_; }
    /// The configuration with UDP ports that are still open although a reload gave them up.
    config::schema::Gateway opened() const { return received_shards_.opened(running_.gateway); }
    const paths::PathTable& paths() const { return paths_; }
    const paths::HealthTable& health() const { return health_; }
    const paths::PathTroubles& path_troubles() const { return path_troubles_; }
    const paths::IcmpHints& icmp_hints() const { return icmp_hints_; }
    const peers::NumbersBehind& numbers_behind() const { return numbers_behind_; }
    const policy::InnerMtus& inner_mtus() const { return inner_mtus_; }
    const peers::MtuExchange& path_mtus() const { return path_mtus_; }
    const peers::Peers& peers() const { return hellos_.peers(); }
    /// Changes that need a restart of the dataplane.
    const std::vector<config::schema::Change>& waiting_changes() const { return waiting_changes_; }
    std::uint64_t generation() const { return publisher_.generation(); }

private:
    void take_over(Legacy legacy, const Facts& facts, events::Events& events);
    Result<void> adopt(reload::Configuration configuration, std::uint64_t now_ns, events::Events& events);
    void forget_peers_of_changed_keys(const reload::Configuration& configuration);
    std::map<std::uint32_t, std::uint32_t> key_tags() const;
    void follow_dataplane(const Facts& facts, std::uint64_t now_ns, events::Events& events);
    void wait_for_restart(const std::vector<config::schema::Change>& changes, reload::Configuration wanted);
    void adopt_waiting(std::uint64_t now_ns, events::Events& events);
    /// What the dataplane is still to judge goes to `taken`.
    void reload(reload::ReloadRequest request, const Facts& facts, std::uint64_t now_ns,
                std::vector<reload::ReloadAnswer>& taken, Effects& effects);
    void follow_shards(const Facts& facts, std::uint64_t now_ns, events::Events& events);
    /// Judges all paths, and writes the orders that follow from it.
    void follow_health(const Facts& facts, std::uint64_t now_ns, Effects& effects);
    /// Ten times a second, and where the configuration or what is seen of paths is new.
    void follow_path_mtus(const Facts& facts, std::uint64_t now_ns);
    void send_mtu_probes(const Facts& facts, std::uint64_t now_ns, Effects& effects);
    /// Where the configuration or what is seen of paths is new.
    void follow_inner_mtus(events::Events& events);
    void follow_troubles(const Facts& facts, std::uint64_t now_ns, events::Events& events);
    void publish(const Facts& facts, Effects& effects);
    void send_hellos(const Facts& facts, std::uint64_t now_ns, Effects& effects);

    const std::array<std::uint16_t, 3> version_;
    reload::Configuration running_;
    config::snapshot::Resolved resolved_;

    publication::DataplaneWatch dataplane_;
    publication::RefusalWatch refusals_;
    publication::Publisher publisher_;
    std::optional<std::vector<std::uint8_t>> unpublished_;  ///< a snapshot that no slot has taken yet

    paths::PathTable paths_;
    peers::HelloExchange hellos_;
    bool targets_are_stale_ = true;
    peers::ReceivedShards received_shards_;
    peers::MtuExchange path_mtus_;
    std::uint64_t path_mtus_due_ns_ = 0;
    policy::InnerMtus inner_mtus_;
    bool inner_mtus_are_stale_ = true;
    paths::HealthTable health_;
    std::uint64_t shown_health_ns_ = 0, ranked_version_ = 0;
    policy::PathRanks ranks_;
    policy::Drains drains_;
    policy::MeteredPaths metered_;
    policy::Orders orders_;
    paths::PathSights path_sights_;  ///< the last ones
    paths::IcmpHints icmp_hints_;
    paths::PathTroubles path_troubles_;
    peers::NumbersBehind numbers_behind_;

    reload::PendingReloads reloads_;
    std::optional<reload::Configuration> wanted_;  ///< what waits for a restart of the dataplane
    std::vector<config::schema::Change> waiting_changes_;
};

}  // namespace ropewalk::control
