#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "config/schema/mac_address.hpp"

namespace ropewalk::control::events {

struct TookOver {
    std::uint64_t generation;
};
/// The snapshot of an earlier control cannot be read.
struct PreviousDamaged {};
/// Keys that a dataplane reads at its start only are not what the running one was started with.
struct RestartNeeded {
    std::vector<std::string> keys;
};

struct DataplaneAppeared {
    std::uint64_t pid;
};
struct DataplaneReplaced {
    std::uint64_t pid, pid_before;
};
struct DataplaneGone {
    std::uint64_t pid;
};

/// A configuration is the running one from now on; publication and the kernel's side follow it.
struct ConfigurationAdopted {};
struct WaitingAdopted {};
struct WaitingRefused {
    std::string reason;
};

struct GenerationPublished {
    std::uint64_t generation;
};
struct GenerationRefused {
    std::uint64_t generation;
    std::string reason;
};
struct PublicationFailed {
    std::string reason;
};

/// The peer of a tunnel was heard for the first time, or of another life of its dataplane.
struct PeerAppeared {
    std::string gateway;
    std::array<std::uint16_t, 3> version;
    std::uint64_t untold;  ///< other lives since the one that was told last
};
/// On how many UDP ports the peer of a tunnel receives each path.
struct PeerShardsLearnt {
    std::string gateway;
    std::uint8_t shards;
    std::uint64_t untold;  ///< changes since the one that was told last
};
/// UDP ports of ours that were still open are closed now.
struct ReceivedPortsClosed {};
/// Shards of a tunnel do not divide among the workers.
struct ShardsUneven {
    std::string tunnel;
    unsigned shards, workers;
};

/// A next hop got an Ethernet address, or another one. `whose`: the router's address, or `behind INTERFACE`.
struct NextHopFound {
    config::schema::MacAddress mac;
    std::string whose;
};
/// Something is wrong with a path, or another thing than was told: a sentence.
struct PathTroubled {
    std::string trouble;
};
/// What was told is over, `after_ns` after it began.
struct PathWell {
    std::uint64_t after_ns;
};
/// An operator took a path out of use for traffic.
struct PathDrained {};
/// And took it in again.
struct PathUsed {};
/// A path that costs by the byte carries from now on.
struct MeteredPathNeeded {};
/// And is idle again.
struct MeteredPathIdle {};
/// Copies come for a tunnel whose numbers are far behind those that were received: a sentence.
struct PeerNumbersBehind {
    std::string trouble;
};
/// None come any more.
struct PeerNumbersGood {};

/// The largest inner packet of a tunnel is another one, in bytes. `source`: what makes it so.
struct InnerMtuChanged {
    std::uint16_t bytes, before;
    std::string source;
};
/// A path leaves less for inner packets than the tunnel needs.
struct PathTooNarrow {
    std::string problem;
};
/// It is over.
struct PathWideEnough {};

/// Something that happened in a turn, with its reason: for the log, and for the kernel's side, which follows some.
struct Event {
    static constexpr std::uint32_t none = 0xffffffff;

    std::uint32_t tunnel_slot = none, path_slot = none;  ///< of what it concerns
    std::variant<TookOver, PreviousDamaged, RestartNeeded, DataplaneAppeared, DataplaneReplaced, DataplaneGone,
                 ConfigurationAdopted, WaitingAdopted, WaitingRefused, GenerationPublished, GenerationRefused,
                 PublicationFailed, PeerAppeared, PeerShardsLearnt, ReceivedPortsClosed, ShardsUneven, NextHopFound,
                 PathTroubled, PathWell, PathDrained, PathUsed, MeteredPathNeeded, MeteredPathIdle, PeerNumbersBehind,
                 PeerNumbersGood, InnerMtuChanged, PathTooNarrow, PathWideEnough>
        what;
};

using Events = std::vector<Event>;

/// Whether one of the kind is among the events of this turn.
template <class Kind>
bool has(const Events& events) {
    for (const Event& event : events)
        if (std::holds_alternative<Kind>(event.what)) return true;
    return false;
}

}  // namespace ropewalk::control::events
