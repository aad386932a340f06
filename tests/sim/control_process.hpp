#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "config/region/region.hpp"
#include "config/schema/gateway.hpp"
#include "control/region_exchange.hpp"
#include "control/turn.hpp"

namespace ropewalk::tests::sim {

/// What stands for the kernel around one life of control's turn: next hops and whether a process lives are told
/// to it, and time is given.
class ControlProcess {
public:
    using Configuration = control::reload::Configuration;
    using Liveness = control::publication::Liveness;
    using NextHops = std::map<std::string, config::schema::MacAddress>;  ///< by "tunnel/path", those that are known

    /// Takes over what an earlier control left and publishes `configuration`.
    ControlProcess(config::region::Region& region, Configuration configuration, NextHops next_hops, Liveness dataplane,
                   std::uint64_t now_ns);

    void tick(Liveness dataplane, std::uint64_t now_ns);
    void reload(Configuration configuration, Liveness dataplane, std::uint64_t now_ns);
    void learn(NextHops next_hops);

    std::uint64_t generation() const { return turn_.generation(); }
    const control::peers::Peers& peers() const { return turn_.peers(); }
    std::uint32_t tunnel_slot() const { return turn_.resolved().tunnel_slots.begin()->second; }
    const control::Turn& turn() const { return turn_; }
    /// Whether the dataplane was seen gone since the file was read last, so that nothing may wait for that any more.
    bool must_follow_file() const { return must_follow_file_; }
    /// Reloads that were called in use before the worker had them.
    unsigned early_answers() const { return early_answers_; }

private:
    void judge(const control::Effects& effects);
    void take_turn(control::Facts facts, Liveness dataplane, std::uint64_t now_ns);
    std::vector<control::paths::NextHopFact> next_hop_facts() const;

    config::region::Region& region_;
    control::RegionExchange exchange_;
    control::Turn turn_{{0, 1, 0}};
    NextHops next_hops_;
    bool next_hops_are_news_ = true;
    bool must_follow_file_ = false;
    unsigned early_answers_ = 0;
};

}  // namespace ropewalk::tests::sim
