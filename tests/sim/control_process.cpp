#include "tests/sim/control_process.hpp"

#include <stdexcept>
#include <utility>

#include "config/snapshot/slots.hpp"
#include "tests/pipeline/static_keys.hpp"

namespace ropewalk::tests::sim {

using control::channel::Publisher;

ControlProcess::ControlProcess(config::snapshot::Region& region, config::schema::Gateway gateway, NextHops next_hops,
                               Liveness dataplane, std::uint64_t now_ns)
    : region_(region), publisher_(region) {
    region_.control().control_heartbeat_ns.store(now_ns);
    dataplane_.observe(control::channel::sighting_of(region_.dataplane(), now_ns, dataplane));
    if (const auto previous = publisher_.current()) config::snapshot::recover_slots(*previous, resolved_);
    resolved_.next_hops = std::move(next_hops);
    adopt(std::move(gateway));
}

void ControlProcess::adopt(config::schema::Gateway gateway) {
    for (const auto& tunnel : gateway.tunnels)
        resolved_.keys[tunnel.name] = pipeline::static_keys(gateway.name, tunnel.peer);
    if (auto assigned = config::snapshot::assign_slots(gateway, resolved_); !assigned)
        throw std::logic_error(assigned.error().message);
    running_ = std::move(gateway);
    publish();
}

void ControlProcess::publish() {
    const auto alive = dataplane_.last().is_present() ? Publisher::Dataplane::alive : Publisher::Dataplane::absent;
    const auto outcome = publisher_.publish(running_, resolved_, alive);
    if (!outcome) throw std::logic_error(outcome.error().message);
    must_publish_ = *outcome == Publisher::Outcome::busy;
    if (!must_publish_) hellos_.set_targets(control::channel::hello_targets(running_, resolved_));
}

void ControlProcess::tick(Liveness dataplane, std::uint64_t now_ns) {
    region_.control().control_heartbeat_ns.store(now_ns);
    dataplane_.observe(control::channel::sighting_of(region_.dataplane(), now_ns, dataplane));
    hellos_.receive(region_.control(), region_.dataplane());
    if (dataplane_.last().is_running())
        hellos_.send(region_.control(), region_.dataplane(), now_ns,
                     {{0, 1, 0}, running_.name, dataplane_.last().life_uuid});
    if (must_publish_) publish();
}

void ControlProcess::reload(config::schema::Gateway gateway) {
    adopt(std::move(gateway));
}

void ControlProcess::learn(NextHops next_hops) {
    resolved_.next_hops = std::move(next_hops);
    must_publish_ = true;
}

}  // namespace ropewalk::tests::sim
