#include "tests/sim/many_seeds.hpp"

#include <chrono>

namespace ropewalk::tests::sim {

void Totals::add(const Outcome& outcome) {
    ++seeds;
    packets += outcome.packets;
    copies += outcome.copies;
    faults += outcome.faults;
    events += outcome.events;
}

std::optional<ManySeeds::Failure> ManySeeds::run(Runner& runner, Totals& totals) const {
    using Clock = std::chrono::steady_clock;
    const auto began = Clock::now();
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        if (minutes > 0 && std::chrono::duration<double>(Clock::now() - began).count() > minutes * 60) break;
        const Outcome outcome = runner.run(draw_scenario(seed));
        totals.add(outcome);
        if (outcome.violation) return Failure{seed, *outcome.violation};
    }
    return std::nullopt;
}

}  // namespace ropewalk::tests::sim
