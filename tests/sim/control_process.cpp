#include "tests/sim/control_process.hpp"

#include <stdexcept>
#include <utility>

namespace ropewalk::tests::sim {

using control::Effects;
using control::Facts;

ControlProcess::ControlProcess(config::region::Region& region, Configuration configuration, NextHops next_hops,
                               Liveness dataplane, std::uint64_t now_ns)
    : region_(region), exchange_(region), next_hops_(std::move(next_hops)) {
    Effects effects;
    const Facts facts = exchange_.look(now_ns, dataplane, turn_.resolved());
    must_follow_file_ = !facts.dataplane.sighting.has_started();
    const auto started = turn_.start(std::move(configuration), exchange_.legacy(), facts, now_ns, effects);
    if (!started) throw std::logic_error(started.error().message);
    exchange_.apply(effects);
    tick(dataplane, now_ns);
}

void ControlProcess::tick(Liveness dataplane, std::uint64_t now_ns) {
    take_turn(exchange_.look(now_ns, dataplane, turn_.resolved()), dataplane, now_ns);
}

void ControlProcess::reload(Configuration configuration, Liveness dataplane, std::uint64_t now_ns) {
    Facts facts = exchange_.look(now_ns, dataplane, turn_.resolved());
    must_follow_file_ = false;
    facts.reloads.push_back({0, std::move(configuration)});
    take_turn(std::move(facts), dataplane, now_ns);
}

void ControlProcess::learn(NextHops next_hops) {
    next_hops_ = std::move(next_hops);
    next_hops_are_news_ = true;
}

void ControlProcess::judge(const Effects& effects) {
    const std::uint64_t acknowledged = region_.dataplane().workers[0].acknowledged_generation.load();
    for (const auto& answer : effects.answers)
        if (answer.report.succeeded && answer.report.generation > acknowledged) ++early_answers_;
}

void ControlProcess::take_turn(Facts facts, Liveness dataplane, std::uint64_t now_ns) {
    if (std::exchange(next_hops_are_news_, false)) facts.next_hops = next_hop_facts();
    Effects effects;
    const bool is_present = facts.dataplane.sighting.is_present();
    must_follow_file_ |= !facts.dataplane.sighting.has_started();
    turn_.run(std::move(facts), now_ns, effects);
    exchange_.apply(effects);
    if (is_present) judge(effects);
    if (!control::events::has<control::events::ConfigurationAdopted>(effects.events)) return;
    Facts of_new_paths = exchange_.look(now_ns, dataplane, turn_.resolved());
    of_new_paths.next_hops = next_hop_facts();
    Effects orders;
    turn_.run(std::move(of_new_paths), now_ns, orders);
    exchange_.apply(orders);
}

std::vector<control::paths::NextHopFact> ControlProcess::next_hop_facts() const {
    std::vector<control::paths::NextHopFact> facts;
    for (const auto& tunnel : turn_.gateway().tunnels) {
        for (const auto& path : tunnel.paths) {
            const std::string key = config::snapshot::path_key(tunnel, path);
            control::paths::NextHopFact fact;
            fact.path_slot = turn_.resolved().path_slots.at(key);
            if (const auto known = next_hops_.find(key); known != next_hops_.end()) fact.mac = known->second;
            facts.push_back(std::move(fact));
        }
    }
    return facts;
}

}  // namespace ropewalk::tests::sim
