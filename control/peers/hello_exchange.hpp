#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "config/region/spsc_ring.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"
#include "control/events/event.hpp"
#include "control/paths/path_table.hpp"
#include "control/peers/hello.hpp"
#include "control/peers/hello_schedule.hpp"
#include "control/peers/outgoing_message.hpp"
#include "control/peers/peers.hpp"

namespace ropewalk::control::peers {

/// Every path that has a next hop, of the tunnels whose peer understands hellos. `shards` are what the peers may be
/// told, by tunnel name; those that are missing are told one.
std::vector<HelloTarget> hello_targets(const config::schema::Gateway& gateway,
                                       const config::snapshot::Resolved& resolved, const paths::PathTable& paths,
                                       const std::map<std::string, std::uint8_t>& shards);

/// Hellos of the far gateways come in, ours go out as they fall due. Pure.
class HelloExchange {
public:
    void set_targets(std::vector<HelloTarget> targets) { schedule_.set_targets(std::move(targets)); }

    /// The receiving keys of all tunnels: TunnelOrder::tag_of them by tunnel slot.
    void set_keys(std::map<std::uint32_t, std::uint32_t> tags) { key_tags_ = std::move(tags); }

    /// Whether a message was opened with the present key of its tunnel. Workers go on with the former keys until they
    /// have the snapshot, and the rings hold what they heard before.
    bool has_present_key(const config::region::Message& message) const;

    /// Takes messages of control's that were opened with those keys, but for MTU probes and answers; appends
    /// PeerAppeared.
    void receive(std::span<const config::region::Message> messages, std::uint64_t now_ns, events::Events& events);

    /// Another gateway may be the peer of this tunnel now.
    void forget_shards(std::uint32_t tunnel_slot) { peers_.forget_shards(tunnel_slot); }

    /// Adds the hellos that are due, `room` at the most; shards are those of the targets.
    void send(std::uint64_t now_ns, std::size_t room, Hello hello, std::vector<OutgoingMessage>& out);

    const Peers& peers() const { return peers_; }

private:
    HelloSchedule schedule_;
    std::map<std::uint32_t, std::uint32_t> key_tags_;
    Peers peers_;
};

}  // namespace ropewalk::control::peers
