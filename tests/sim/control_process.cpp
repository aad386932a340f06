#include "tests/sim/control_process.hpp"

#include <stdexcept>
#include <utility>

#include "config/snapshot/slots.hpp"
#include "control/publication/generation_fate.hpp"
#include "tests/pipeline/static_keys.hpp"

namespace ropewalk::tests::sim {

using control::publication::Publisher;

ControlProcess::ControlProcess(config::region::Region& region, config::schema::Gateway gateway, NextHops next_hops,
                               Liveness dataplane, std::uint64_t now_ns)
    : region_(region), publisher_(region) {
    region_.control().control_heartbeat_ns.store(now_ns);
    dataplane_.observe(control::publication::sighting_of(region_.dataplane(), now_ns, dataplane));
    if (const auto previous = publisher_.current()) {
        config::snapshot::recover_slots(*previous, resolved_);
        config::snapshot::recover_shards(*previous, resolved_);
        using Previous = control::peers::ReceivedShards::Previous;
        received_shards_.take_over(*previous, is_in_use() ? Previous::in_use : Previous::published);
    }
    resolved_.next_hops = std::move(next_hops);
    adopt(std::move(gateway), now_ns);
}

bool ControlProcess::is_in_use() const {
    using control::publication::GenerationFate;
    return fate_of(publisher_.generation(), region_.dataplane(), dataplane_.last()).kind ==
           GenerationFate::Kind::in_use;
}

void ControlProcess::adopt(config::schema::Gateway gateway, std::uint64_t now_ns) {
    for (const auto& tunnel : gateway.tunnels)
        resolved_.keys[tunnel.name] = pipeline::static_keys(gateway.name, tunnel.peer);
    if (auto assigned = config::snapshot::assign_slots(gateway, resolved_); !assigned)
        throw std::logic_error(assigned.error().message);
    running_ = std::move(gateway);
    received_shards_.configure(running_, now_ns);
    publish();
}

void ControlProcess::publish() {
    const auto alive = dataplane_.last().is_present() ? Publisher::Dataplane::alive : Publisher::Dataplane::absent;
    const auto outcome = publisher_.publish(received_shards_.opened(running_), resolved_, alive);
    if (!outcome) throw std::logic_error(outcome.error().message);
    must_publish_ = *outcome == Publisher::Outcome::busy;
    if (!must_publish_)
        hellos_.set_targets(control::peers::hello_targets(running_, resolved_, received_shards_.announced()));
}

void ControlProcess::follow_shards(std::uint64_t now_ns) {
    must_publish_ |= received_shards_.expire(now_ns);
    if (must_publish_ || !received_shards_.is_waiting() || !is_in_use()) return;
    received_shards_.in_use();
    hellos_.set_targets(control::peers::hello_targets(running_, resolved_, received_shards_.announced()));
}

void ControlProcess::tick(Liveness dataplane, std::uint64_t now_ns) {
    region_.control().control_heartbeat_ns.store(now_ns);
    dataplane_.observe(control::publication::sighting_of(region_.dataplane(), now_ns, dataplane));
    follow_shards(now_ns);
    hellos_.receive(region_.control(), region_.dataplane());
    if (hellos_.take_shards_news()) {
        resolved_.tx_shards[resolved_.keys.begin()->second.rx_key_id] = *hellos_.peers().shards(tunnel_slot());
        must_publish_ = true;
    }
    if (dataplane_.last().is_running())
        hellos_.send(region_.control(), region_.dataplane(), now_ns,
                     {{0, 1, 0}, running_.name, dataplane_.last().life_uuid, 1});
    if (must_publish_) publish();
}

void ControlProcess::reload(config::schema::Gateway gateway, std::uint64_t now_ns) {
    adopt(std::move(gateway), now_ns);
}

void ControlProcess::learn(NextHops next_hops) {
    resolved_.next_hops = std::move(next_hops);
    must_publish_ = true;
}

}  // namespace ropewalk::tests::sim
