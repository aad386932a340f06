#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "config/region/region.hpp"
#include "config/schema/gateway.hpp"
#include "control/region_exchange.hpp"
#include "control/turn.hpp"

namespace ropewalk::tests::sim {

/// What stands for the kernel around one life of control's turn: keys, next hops and whether a process lives are told
/// to it, and time is given.
class ControlProcess {
public:
    using Liveness = control::publication::Liveness;
    using NextHops = std::map<std::string, config::schema::MacAddress>;  ///< by "tunnel/path", those that are known

    /// Takes over what an earlier control left and publishes `gateway`.
    ControlProcess(config::region::Region& region, config::schema::Gateway gateway, NextHops next_hops,
                   Liveness dataplane, std::uint64_t now_ns);

    void tick(Liveness dataplane, std::uint64_t now_ns);
    void reload(config::schema::Gateway gateway, Liveness dataplane, std::uint64_t now_ns);
    void learn(NextHops next_hops);

    std::uint64_t generation() const { return turn_.generation(); }
    const control::peers::Peers& peers() const { return turn_.peers(); }
    std::uint32_t tunnel_slot() const { return turn_.resolved().tunnel_slots.begin()->second; }
    std::uint64_t refused_messages() const { return exchange_.refused_messages(); }

private:
    void take_turn(control::Facts facts, std::uint64_t now_ns);
    std::vector<control::paths::NextHopFact> next_hop_facts() const;

    control::RegionExchange exchange_;
    control::Turn turn_{{0, 1, 0}};
    NextHops next_hops_;
    bool next_hops_are_news_ = true;
};

}  // namespace ropewalk::tests::sim
