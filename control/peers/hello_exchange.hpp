#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/region/layout.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"
#include "control/peers/hello.hpp"
#include "control/peers/hello_schedule.hpp"
#include "control/peers/peers.hpp"

namespace ropewalk::control::peers {

/// Every path that has a next hop, of the tunnels whose peer understands hellos. `shards` are what the peers may be
/// told, by tunnel name; those that are missing are told one.
std::vector<HelloTarget> hello_targets(const config::schema::Gateway& gateway,
                                       const config::snapshot::Resolved& resolved,
                                       const std::map<std::string, std::uint8_t>& shards);

/// Control's end of the two rings: hellos of the far gateways come in, ours go out as they fall due. Time is given.
class HelloExchange {
public:
    void set_targets(std::vector<HelloTarget> targets) { schedule_.set_targets(std::move(targets)); }

    /// Takes what the dataplane handed us; returns the messages that showed a peer not seen before, or another life
    /// of its dataplane.
    std::vector<config::region::Message> receive(config::region::ControlSection& ours,
                                                 const config::region::DataplaneSection& dataplane);

    /// Whether a peer has announced another number of shards since the last call.
    bool take_shards_news() { return peers_.take_shards_news(); }
    /// Another gateway may be the peer of this tunnel now.
    void forget_shards(std::uint32_t tunnel_slot) { peers_.forget_shards(tunnel_slot); }

    /// Hands the running dataplane the hellos that are due; shards are those of the targets.
    void send(config::region::ControlSection& ours, const config::region::DataplaneSection& dataplane,
              std::uint64_t now_ns, Hello hello);

    const Peers& peers() const { return peers_; }

private:
    HelloSchedule schedule_;
    Peers peers_;
};

}  // namespace ropewalk::control::peers
