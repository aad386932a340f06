#include <fmt/format.h>

#include "control/cli/page.hpp"
#include "control/cli/table.hpp"
#include "control/cli/units.hpp"

namespace ropewalk::control::cli {

using nlohmann::ordered_json;

namespace {

/// What a worker did since `before`, or since its region was made when there is none.
WorkerSample done_since(const WorkerSample& now, const WorkerSample* before) {
    WorkerSample done = now;
    if (before == nullptr) return done;
    done.turns -= before->turns;
    done.idle_turns -= before->idle_turns;
    done.sleeps -= before->sleeps;
    done.busy_cycles -= before->busy_cycles;
    done.idle_cycles -= before->idle_cycles;
    done.packets -= before->packets;
    return done;
}

std::vector<WorkerSample> workers_of(const Sample& sample, const Sample* before) {
    const bool comparable = before != nullptr && before->workers.size() == sample.workers.size();
    std::vector<WorkerSample> workers;
    for (std::size_t i = 0; i < sample.workers.size(); ++i)
        workers.push_back(done_since(sample.workers[i], comparable ? &before->workers[i] : nullptr));
    return workers;
}

std::string text(const Sample& sample, const Sample* before) {
    if (!sample.problem.empty()) return {};
    if (sample.workers.empty()) return "no worker has run yet\n";
    const std::string state = sample.dataplane.is_running() ? "running" : "not running";
    Table table({"worker", "CPU", "state", "generation", "packets", "turns", "busy turns %", "busy cycles %",
                 "cycles/packet", "sleeps"});
    const auto workers = workers_of(sample, before);
    for (std::size_t i = 0; i < workers.size(); ++i) {
        const WorkerSample& worker = workers[i];
        const std::string cycles = worker.packets == 0 ? "-" : std::to_string(worker.busy_cycles / worker.packets);
        table.add({std::to_string(i), std::to_string(worker.cpu), state, std::to_string(worker.acknowledged_generation),
                   std::to_string(worker.packets), std::to_string(worker.turns),
                   percent_text(worker.turns - std::min(worker.turns, worker.idle_turns), worker.turns),
                   percent_text(worker.busy_cycles, worker.busy_cycles + worker.idle_cycles), cycles,
                   std::to_string(worker.sleeps)});
    }
    return fmt::format("code: {}; crypto: {}; TSC {:.0f} MHz; {}\n{}", sample.instruction_level, sample.crypto_engine,
                       static_cast<double>(sample.tsc_hz) / 1e6,
                       before == nullptr ? "since the shared memory was made" : "since the last look", table.text());
}

void json(const Sample& sample, const Sample* before, ordered_json& document) {
    document["tsc_hz"] = sample.tsc_hz;
    document["workers"] = ordered_json::array();
    for (const WorkerSample& worker : workers_of(sample, before))
        document["workers"].push_back({{"cpu", worker.cpu},
                                       {"generation", worker.acknowledged_generation},
                                       {"packets", worker.packets},
                                       {"turns", worker.turns},
                                       {"idle_turns", worker.idle_turns},
                                       {"sleeps", worker.sleeps},
                                       {"busy_cycles", worker.busy_cycles},
                                       {"idle_cycles", worker.idle_cycles}});
}

}  // namespace

const Page workers_page{"workers", "each worker: load, cycles a packet, configuration in use", text, json};

}  // namespace ropewalk::control::cli
