#include "tests/sim/run.hpp"

namespace ropewalk::tests::sim {

Runner::Runner() : parts_{std::make_unique<MachineParts>(Side::edge), std::make_unique<MachineParts>(Side::hub)} {}

Outcome Runner::run(const Scenario& scenario, Trace::Print print) {
    Trace trace(print);
    World world(scenario, {parts_[0].get(), parts_[1].get()}, trace, only_property_);
    Outcome outcome;
    outcome.violation = world.run();
    if (outcome.violation)
        trace.say(outcome.violation->at, outcome.violation->property + ": " + outcome.violation->what);
    outcome.trace_hash = trace.hash();
    outcome.events = trace.events();
    outcome.packets = world.ledger().user_packets();
    outcome.copies = world.ledger().copies();
    outcome.faults = scenario.faults.size();
    return outcome;
}

}  // namespace ropewalk::tests::sim
