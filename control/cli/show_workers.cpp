#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "control/cli/counters_json.hpp"
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
    for (const auto& row : worker_counters) done.*row.total -= before->*row.total;
    done.packets -= before->packets;
    for (std::size_t port = 0; port < std::min(done.port_packets.size(), before->port_packets.size()); ++port)
        done.port_packets[port] -= before->port_packets[port];
    return done;
}

std::vector<WorkerSample> workers_of(const Sample& sample, const Sample* before) {
    const bool comparable = before != nullptr && before->workers.size() == sample.workers.size();
    std::vector<WorkerSample> workers;
    for (std::size_t i = 0; i < sample.workers.size(); ++i)
        workers.push_back(done_since(sample.workers[i], comparable ? &before->workers[i] : nullptr));
    return workers;
}

/// How frames find their queue.
std::string_view word_of(config::region::SteeringCode steering) {
    using Code = config::region::SteeringCode;
    if (steering == Code::by_shard) return "by shard";
    return steering == Code::by_flow ? "by flow" : "one queue";
}

std::string list(const std::vector<unsigned>& workers) {
    return workers.empty() ? "-" : fmt::format("{}", fmt::join(workers, " "));
}

std::string port_text(const config::region::View& view, std::size_t port) {
    return fmt::format("{}{}", view.ports()[port].name.data(),
                       port == view.header().boot.inside_port ? " (inside)" : "");
}

/// Who polls and who sends: a line for each queue of each port.
std::string queues_text(const Sample& sample) {
    const auto view = sample.view();
    if (!view) return {};
    Table table({"port", "queue", "chosen", "polled by worker", "copies dealt to workers", "sends for workers"});
    for (std::size_t port = 0; port < sample.queues.size(); ++port) {
        const auto& [steering, receive, transmit] = sample.queues[port];
        for (std::size_t queue = 0; queue < std::max(receive.size(), transmit.size()); ++queue)
            table.add({port_text(*view, port), std::to_string(queue),
                       queue < receive.size() ? std::string(word_of(steering)) : "-",
                       queue < receive.size() ? std::to_string(receive[queue].worker) : "-",
                       queue < receive.size() ? list(receive[queue].dealt_to) : "-",
                       queue < transmit.size() ? list(transmit[queue]) : "-"});
    }
    return fmt::format("\n{}", table.text());
}

ordered_json queues_json(const PortQueuesSample& queues) {
    ordered_json json{
        {"chosen", word_of(queues.steering)}, {"receive", ordered_json::array()}, {"transmit", queues.transmit}};
    for (const auto& queue : queues.receive)
        json["receive"].push_back({{"worker", queue.worker}, {"dealt_to", queue.dealt_to}});
    return json;
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
                       before == nullptr ? "since the shared memory was made" : "since the last look", table.text()) +
           queues_text(sample);
}

void json(const Sample& sample, const Sample* before, ordered_json& document) {
    document["tsc_hz"] = sample.tsc_hz;
    document["workers"] = ordered_json::array();
    const auto view = sample.view();
    for (const WorkerSample& worker : workers_of(sample, before)) {
        ordered_json ports = ordered_json::object();
        for (std::size_t port = 0; view && port < worker.port_packets.size(); ++port)
            ports[view->ports()[port].name.data()] = worker.port_packets[port];
        ordered_json json{
            {"cpu", worker.cpu}, {"generation", worker.acknowledged_generation}, {"packets", worker.packets}};
        add_counters<config::region::WorkerCounters, WorkerTotals>(json, worker_counters, worker);
        json["ports"] = std::move(ports);
        document["workers"].push_back(std::move(json));
    }
    document["queues"] = ordered_json::object();
    for (std::size_t port = 0; view && port < sample.queues.size(); ++port)
        document["queues"][view->ports()[port].name.data()] = queues_json(sample.queues[port]);
}

}  // namespace

const Page workers_page{"workers", "each worker: load, cycles a packet, configuration in use; who polls which queue",
                        text, json};

}  // namespace ropewalk::control::cli
