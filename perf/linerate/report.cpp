#include "perf/linerate/report.hpp"

#include <cmath>

#include <fmt/format.h>
#include <intel-ipsec-mb.h>
#include <rte_cycles.h>
#include <rte_version.h>
#include <nlohmann/json.hpp>

#include "dataplane/crypto/aes_gcm.hpp"

namespace ropewalk::perf::linerate {

using Json = nlohmann::ordered_json;
using search::Ending;
using search::GoalOutcome;

namespace {

constexpr const char* name_of(TopologyKind kind) {
    switch (kind) {
        case TopologyKind::generator:
            return "generator";
        case TopologyKind::looped:
            return "looped";
        case TopologyKind::back_to_back:
            return "back-to-back";
        case TopologyKind::ports:
            break;
    }
    return "ports";
}

constexpr const char* name_of(Ending ending) {
    switch (ending) {
        case Ending::found:
            return "found";
        case Ending::passes_max_load:
            return "passes the highest load";
        case Ending::fails_min_load:
            return "fails at the lowest load";
        case Ending::out_of_time:
            break;
    }
    return "out of time";
}

/// A rate in packets with what it means in bits and, where there is a line, of the line.
Json rate_as_json(double pps, const Row& row) {
    Json json{{"pps", std::round(pps)}, {"gbit", std::round(pps * row.mean_bytes * 8 / 1e6) / 1e3}};
    if (row.line_pps) json["percent_of_line"] = std::round(pps / *row.line_pps * 1e4) / 1e2;
    return json;
}

Json goal_as_json(const GoalOutcome& goal, const Row& row) {
    Json json{{"ending", name_of(goal.ending)}};
    if (goal.lower_pps) json["lower"] = rate_as_json(*goal.lower_pps, row);
    if (goal.upper_pps) json["upper"] = rate_as_json(*goal.upper_pps, row);
    if (goal.conditional_throughput_pps) json["throughput"] = rate_as_json(*goal.conditional_throughput_pps, row);
    return json;
}

Json load_as_json(const LoadPoint& load, const Row& row) {
    const TrialOutcome& trial = load.trial;
    Json json;
    if (load.share > 0) json["share_of_pdr"] = load.share;
    json["seconds"] = std::round(trial.seconds * 1e3) / 1e3;
    json["offered"] = rate_as_json(trial.offered_pps(), row);
    json["delivered"] = rate_as_json(trial.delivered_pps(), row);
    json["loss_ratio"] = trial.result.loss_ratio();
    json["reordered"] = trial.counts.reordered;
    Json latency;
    for (const auto& [name, share] : {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}})
        latency[name] = trial.latency.percentile(share);
    latency["max"] = trial.latency.largest();
    json["latency_ns"] = latency;
    json["packets_disturbed"] = trial.counts.disturbed;
    return json;
}

/// Shares of the time that passed; null where nobody watched.
Json held_as_json(const Topology& topology, const Row& row) {
    const double passed = row.seconds + row.held.generator + row.held.gateways;
    const auto share = [&](double seconds) { return std::round(seconds / passed * 1e4) / 1e4; };
    return {{"generator", share(row.held.generator)},
            {"gateways", topology.gateways() == nullptr ? Json() : Json(share(row.held.gateways))},
            {"longest_us", std::round(row.held.longest * 1e6)}};
}

Json row_as_json(const Options& options, const Topology& topology, const Row& row) {
    const bool has_gateway = topology.gateways() != nullptr;
    Json json{{"topology", name_of(options.topology.kind)}, {"ways", options.topology.ways == Ways::both ? 2 : 1}};
    if (has_gateway) json["copies"] = options.topology.copies;
    json["size"] = row.size == "imix" ? Json(row.size) : Json(std::stoi(row.size));
    json["family"] = options.family == Family::ipv4 ? "ipv4" : "ipv6";
    json["flows"] = options.flows;
    json["clock"] = options.clock == TrialClock::running ? "running" : "wall";
    json["rate_is"] = row.line_pps ? "line rate" : "memory-path rate";
    if (row.line_pps) json["line_pps"] = std::round(*row.line_pps);
    if (row.receive_rate)
        json["mrr"] = {{"median", rate_as_json(row.receive_rate->median_pps, row)},
                       {"min", rate_as_json(row.receive_rate->min_pps, row)},
                       {"max", rate_as_json(row.receive_rate->max_pps, row)}};
    for (const GoalOutcome& goal : row.goals) json[goal.name] = goal_as_json(goal, row);
    json["loads"] = Json::array();
    for (const LoadPoint& load : row.loads) json["loads"].push_back(load_as_json(load, row));
    json["trials"] = row.trials;
    json["trials_generator_was_late"] = row.late_trials;
    json["time_held"] = held_as_json(topology, row);
    json["packets"] = {{"offered", row.counts.offered},   {"delivered", row.counts.first},
                       {"repeated", row.counts.repeated}, {"reordered", row.counts.reordered},
                       {"too_late", row.counts.too_late}, {"of_others", row.counts.foreign}};
    json["drops"] = Json::object();
    for (const auto& [reason, packets] : row.drops) json["drops"][reason] = packets;
    return json;
}

}  // namespace

std::string report_as_json(const Options& options, const Topology& topology, const std::string& memory,
                           const std::vector<Row>& rows) {
    Json machine;
    machine["tsc_hz"] = rte_get_tsc_hz();
    machine["memory"] = memory;
    machine["march"] = ROPEWALK_MARCH;
    machine["compiler"] = __VERSION__;
    machine["dpdk"] = rte_version();
    machine["ipsec_mb"] = imb_get_version_str();
    machine["crypto_engine"] = dataplane::crypto::AesGcm::engine();
    machine["port_drivers"] = topology.drivers();
    machine["core_map"] = {{"generator and sink", options.generator_cpu}};
    if (topology.gateways() != nullptr) machine["core_map"]["gateways"] = options.gateway_cpu;

    Json report{{"machine", machine}, {"rows", Json::array()}};
    for (const Row& row : rows) report["rows"].push_back(row_as_json(options, topology, row));
    return report.dump(2);
}

}  // namespace ropewalk::perf::linerate
