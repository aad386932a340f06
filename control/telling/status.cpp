#include "control/telling/status.hpp"

#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "control/reload/reload_plan.hpp"
#include "control/version.hpp"

namespace ropewalk::control::telling {

using config::schema::to_string;
using nlohmann::ordered_json;

namespace {

ordered_json peer_json(const Status& status, const std::string& tunnel, const std::string& path_key) {
    const auto* const seen =
        status.peers.find(status.resolved.tunnel_slots.at(tunnel), status.resolved.path_slots.at(path_key));
    if (seen == nullptr) return nullptr;
    return {{"gateway", seen->hello.gateway},
            {"version", fmt::format("{}", fmt::join(seen->hello.version, "."))},
            {"shards", seen->hello.shards},
            {"life_uuid", fmt::format("{:02x}", fmt::join(seen->hello.life_uuid, ""))},
            {"seen_ms", (status.now_ns - std::min(status.now_ns, seen->last_ns)) / 1'000'000}};
}

ordered_json bytes_or_null(std::uint32_t bytes) {
    return bytes == 0 ? ordered_json(nullptr) : ordered_json(bytes);
}

/// Why a path is as it is; empty: there is nothing to say, or its port or next hop is why, which stand elsewhere.
std::string path_reason(const Status& status, std::uint32_t path_slot) {
    const auto* const entry = status.health.find(path_slot);
    if (entry == nullptr) return {};
    std::string reason = paths::sentence_of(entry->health.reason());
    if (entry->peer != paths::PeerHabit::hellos) return reason;
    return reason + (reason.empty() ? "" : "; ") +
           "its peer is of a release without probes and is judged by its hellos";
}

ordered_json path_json(const Status& status, const config::schema::Tunnel& tunnel, const config::schema::Path& path) {
    const std::string key = config::snapshot::path_key(tunnel, path);
    ordered_json json{{"tunnel", tunnel.name}, {"path", path.name}, {"next_hop", nullptr}, {"via", nullptr}};
    const std::uint32_t slot = status.resolved.path_slots.at(key);
    const auto& hop = status.path_table.paths().at(slot).next_hop;
    if (hop.mac) json["next_hop"] = to_string(*hop.mac);
    if (!hop.via.empty()) json["via"] = hop.via;
    json["interface_mtu"] = bytes_or_null(hop.interface_mtu);
    json["route_mtu"] = bytes_or_null(hop.route_mtu);
    const auto& search = status.path_mtus.search(slot);
    json["probed_mtu"] = bytes_or_null(search.carried_bytes());
    json["mtu_search"] = word_of(search.state());
    std::string problem = status.path_troubles.next_hop_problem(slot);
    const auto& too_narrow = status.inner_mtus.of(status.resolved.tunnel_slots.at(tunnel.name)).too_narrow;
    if (const auto found = too_narrow.find(slot); problem.empty() && found != too_narrow.end()) problem = found->second;
    json["problem"] = problem;
    json["reason"] = path_reason(status, slot);
    const auto* const hint = status.icmp_hints.find(slot);
    json["hint"] = hint == nullptr ? std::string() : hint->sentence;
    json["peer"] = peer_json(status, tunnel.name, key);
    return json;
}

std::vector<std::string> problems_of(const Status& status) {
    std::vector<std::string> problems = status.inside.problems();
    for (const auto& [endpoint, held] : status.endpoints.held())
        if (!held.problem.empty()) problems.push_back(held.problem);
    if (!status.metrics_problem.empty()) problems.push_back(status.metrics_problem);
    return problems;
}

}  // namespace

std::string status_json(const Status& status) {
    ordered_json needs_restart = ordered_json::array(), paths = ordered_json::array(), tunnels = ordered_json::array();
    for (const auto& change : status.waiting) needs_restart.push_back(reload::to_string(change));
    for (const auto& tunnel : status.gateway.tunnels) {
        const std::uint32_t slot = status.resolved.tunnel_slots.at(tunnel.name);
        const policy::InnerMtu& inner_mtu = status.inner_mtus.of(slot);
        tunnels.push_back({{"name", tunnel.name},
                           {"problem", status.numbers_behind.trouble(slot)},
                           {"malformed_messages", status.peers.malformed(slot)},
                           {"absurd_mtu_answers", status.path_mtus.absurd_answers(slot)},
                           {"inner_mtu", inner_mtu.bytes},
                           {"inner_mtu_source", inner_mtu.source}});
        for (const auto& path : tunnel.paths) paths.push_back(path_json(status, tunnel, path));
    }
    const ordered_json document{
        {"ok", true},
        {"gateway", status.gateway.name},
        {"pid", ::getpid()},
        {"version", version_text},
        {"config_file", status.config_file},
        {"generation", status.generation},
        {"needs_restart", needs_restart},
        {"problems", problems_of(status)},
        {"notes", status.inside.notes()},
        {"inside_mtu",
         status.gateway.inside.interface.empty() ? ordered_json(nullptr) : ordered_json(status.inside.mtu())},
        {"paths", paths},
        {"tunnels", tunnels}};
    return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string path_answer_json(const paths::PathAnswer& answer) {
    return ordered_json{{"ok", answer.outcome == paths::PathAnswer::Outcome::done}, {"lines", {answer.line}}}.dump(
        -1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace ropewalk::control::telling
