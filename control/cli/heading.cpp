#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "config/region/fixed_text.hpp"
#include "config/region/link_text.hpp"
#include "control/cli/page.hpp"
#include "control/cli/units.hpp"

namespace ropewalk::control::cli {

using config::region::text_of;
using nlohmann::ordered_json;

namespace {

std::string control_text(const Sample& sample) {
    if (sample.control_pid != 0 && !sample.control_beats)
        return fmt::format("control (pid {}) stands still since {}", sample.control_pid,
                           duration_text(sample.now_ns - sample.control_heartbeat_ns));
    if (sample.control_pid != 0)
        return fmt::format("control runs (pid {}, {})", sample.control_pid,
                           duration_text(sample.now_ns - sample.control_started_ns));
    return fmt::format("control is not running since {} (start it: ropewalk-control --config FILE)",
                       duration_text(sample.now_ns - sample.control_heartbeat_ns));
}

std::string dataplane_text(const Sample& sample) {
    using config::region::DataplaneState;
    const std::string start = fmt::format("(start it: ropewalk-dataplane {})", sample.gateway);
    if (sample.dataplane.state == DataplaneState::starting)
        return fmt::format("dataplane is starting (pid {})", sample.dataplane.pid);
    if (sample.dataplane.state == DataplaneState::running)
        return fmt::format("dataplane runs (pid {}, {})", sample.dataplane.pid,
                           duration_text(sample.now_ns - sample.dataplane_started_ns));
    if (sample.dataplane_heartbeat_ns == 0) return "dataplane has not run yet " + start;
    return fmt::format("dataplane is not running since {} {}",
                       duration_text(sample.now_ns - sample.dataplane_heartbeat_ns), start);
}

bool is_refused(const Sample& sample) {
    return sample.refused_generation > sample.verified_generation;
}

std::vector<std::string> problems_of(const Sample& sample) {
    std::vector<std::string> problems;
    if (is_refused(sample))
        problems.push_back(
            fmt::format("the dataplane refused generation {}: {}", sample.refused_generation, sample.refusal));
    const auto view = sample.view();
    for (std::size_t i = 0; view && i < sample.links.size(); ++i) {
        const auto& port = view->ports()[i];
        const std::string why = reason_text(sample.links[i].reason, text_of(port.device));
        if (!why.empty()) problems.push_back(fmt::format("port {}: {}", text_of(port.name), why));
    }
    if (!sample.unanswered.empty()) problems.push_back(sample.unanswered + " (what it knows is missing here)");
    if (!sample.status.is_object()) return problems;
    for (const auto& change : sample.status.value("needs_restart", nlohmann::json::array()))
        problems.push_back("needs a restart of ropewalk-dataplane: " + change.get<std::string>());
    for (const auto& problem : sample.status.value("problems", nlohmann::json::array()))
        problems.push_back(problem.get<std::string>());
    for (const auto& path : sample.status.value("paths", nlohmann::json::array()))
        if (const std::string problem = path.value("problem", ""); !problem.empty())
            problems.push_back(fmt::format("{}/{}: {}", path.value("tunnel", ""), path.value("path", ""), problem));
    for (const auto& tunnel : sample.status.value("tunnels", nlohmann::json::array()))
        if (const std::string problem = tunnel.value("problem", ""); !problem.empty())
            problems.push_back(fmt::format("tunnel {}: {}", tunnel.value("name", ""), problem));
    return problems;
}

}  // namespace

std::string heading_text(const Sample& sample) {
    if (!sample.problem.empty()) return fmt::format("gateway {}: {}\n", sample.gateway, sample.problem);
    std::string text = fmt::format("gateway {}: {}, {}", sample.gateway, control_text(sample), dataplane_text(sample));
    text += sample.generation == 0 ? ", nothing published yet\n" : fmt::format(", generation {}\n", sample.generation);
    if (sample.generation != 0 && sample.snapshot.empty())
        text +=
            fmt::format("its published configuration is damaged; a restart of ropewalk-control publishes it anew\n");
    return text;
}

ordered_json heading_json(const Sample& sample) {
    constexpr std::array states{"absent", "starting", "running"};
    ordered_json document{{"name", sample.gateway}};
    if (!sample.problem.empty()) document["error"] = sample.problem;
    document["control"] = {{"running", sample.control_pid != 0}, {"pid", sample.control_pid}, {"seen_ms", nullptr}};
    if (sample.control_heartbeat_ns != 0)
        document["control"]["seen_ms"] =
            (sample.now_ns - std::min(sample.now_ns, sample.control_heartbeat_ns)) / 1'000'000;
    document["dataplane"] = {{"state", states.at(static_cast<std::size_t>(sample.dataplane.state))},
                             {"pid", sample.dataplane.pid},
                             {"life_uuid", fmt::format("{:02x}", fmt::join(sample.dataplane.life_uuid, ""))},
                             {"crypto_engine", sample.crypto_engine},
                             {"instruction_level", sample.instruction_level},
                             {"verified_generation", sample.verified_generation},
                             {"refused_generation", sample.refused_generation},
                             {"refusal", sample.refusal}};
    document["generation"] = sample.generation;
    document["config_file"] = sample.status.is_object() ? sample.status.value("config_file", "") : "";
    document["problems"] = problems_of(sample);
    return document;
}

std::string problems_text(const Sample& sample) {
    std::string text;
    for (const std::string& problem : problems_of(sample)) text += "! " + problem + "\n";
    return text;
}

}  // namespace ropewalk::control::cli
