#pragma once

#include <cstdint>
#include <vector>

#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"
#include "config/snapshot/layout.hpp"
#include "control/channel/hello.hpp"
#include "control/channel/hello_schedule.hpp"
#include "control/channel/peers.hpp"

namespace ropewalk::control::channel {

/// Every path that has a next hop, of the tunnels whose peer understands hellos.
std::vector<HelloTarget> hello_targets(const config::schema::Gateway& gateway,
                                       const config::snapshot::Resolved& resolved);

/// Control's end of the two rings: hellos of the far gateways come in, ours go out as they fall due. Time is given.
class HelloExchange {
public:
    void set_targets(std::vector<HelloTarget> targets) { schedule_.set_targets(std::move(targets)); }

    /// Takes what the dataplane handed us; returns the messages that showed a peer not seen before, or another life
    /// of its dataplane.
    std::vector<config::snapshot::Message> receive(config::snapshot::ControlSection& ours,
                                                   const config::snapshot::DataplaneSection& dataplane);

    /// Hands the running dataplane the hellos that are due.
    void send(config::snapshot::ControlSection& ours, const config::snapshot::DataplaneSection& dataplane,
              std::uint64_t now_ns, const Hello& hello);

    const Peers& peers() const { return peers_; }

private:
    HelloSchedule schedule_;
    Peers peers_;
};

}  // namespace ropewalk::control::channel
