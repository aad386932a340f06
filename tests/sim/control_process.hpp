#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "config/region/region.hpp"
#include "config/schema/gateway.hpp"
#include "control/peers/hello_exchange.hpp"
#include "control/peers/received_shards.hpp"
#include "control/publication/dataplane_watch.hpp"
#include "control/publication/publisher.hpp"

namespace ropewalk::tests::sim {

/// One life of control: the program's own publisher, watch over the dataplane and exchange of hellos, driven as its
/// event loop does. What it asks of the kernel, next hops and whether a process lives, is told to it.
class ControlProcess {
public:
    using Liveness = control::publication::Liveness;
    using NextHops = std::map<std::string, config::schema::MacAddress>;

    /// Takes over what an earlier control left and publishes `gateway`.
    ControlProcess(config::region::Region& region, config::schema::Gateway gateway, NextHops next_hops,
                   Liveness dataplane, std::uint64_t now_ns);

    void tick(Liveness dataplane, std::uint64_t now_ns);
    void reload(config::schema::Gateway gateway, std::uint64_t now_ns);
    void learn(NextHops next_hops);

    std::uint64_t generation() const { return publisher_.generation(); }
    const control::peers::Peers& peers() const { return hellos_.peers(); }
    std::uint32_t tunnel_slot() const { return resolved_.tunnel_slots.begin()->second; }

private:
    void adopt(config::schema::Gateway gateway, std::uint64_t now_ns);
    void follow_shards(std::uint64_t now_ns);
    bool is_in_use() const;
    void publish();

    config::region::Region& region_;
    control::publication::Publisher publisher_;
    control::publication::DataplaneWatch dataplane_;
    control::peers::HelloExchange hellos_;
    control::peers::ReceivedShards received_shards_;
    config::schema::Gateway running_;
    config::snapshot::Resolved resolved_;
    bool must_publish_ = false;
};

}  // namespace ropewalk::tests::sim
