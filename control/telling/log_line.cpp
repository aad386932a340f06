#include "control/telling/log_line.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ropewalk::control::telling {

using config::schema::to_string;

namespace {

using Weight = LogLine::Weight;

std::string name_of(std::uint32_t slot, const std::map<std::string, std::uint32_t>& slots) {
    const auto found = std::ranges::find(slots, slot, [](const auto& one) { return one.second; });
    return found == slots.end() ? fmt::format("slot {}", slot) : found->first;
}

std::string untold_changes(std::uint64_t count) {
    return count == 0 ? "" : fmt::format("; it changed {} times more since the last line about it", count);
}

/// One line for each kind of event, with what all of them may name.
struct Words {
    const std::string& gateway;
    std::string tunnel, path;

    LogLine operator()(const events::TookOver& event) const {
        return {Weight::info, fmt::format("taking over from an earlier control at generation {}", event.generation)};
    }
    LogLine operator()(const events::PreviousDamaged&) const {
        return {Weight::warning,
                "the snapshot that an earlier control left in shared memory is damaged: counters may change their "
                "meaning, and next hops are asked for anew"};
    }
    LogLine operator()(const events::RestartNeeded& event) const {
        constexpr std::size_t most_keys = 8;
        const auto shown = std::span(event.keys).first(std::min(event.keys.size(), most_keys));
        return {Weight::warning,
                fmt::format("not what the running ropewalk-dataplane {} was started with: {}{}; it goes on with what "
                            "it has, restart it to take that over",
                            gateway, fmt::join(shown, ", "), shown.size() < event.keys.size() ? " and others" : "")};
    }
    LogLine operator()(const events::DataplaneAppeared& event) const {
        return {Weight::info, fmt::format("ropewalk-dataplane {} runs (pid {})", gateway, event.pid)};
    }
    LogLine operator()(const events::DataplaneReplaced& event) const {
        return {Weight::info, fmt::format("ropewalk-dataplane {} was restarted (pid {}, before {})", gateway, event.pid,
                                          event.pid_before)};
    }
    LogLine operator()(const events::DataplaneGone& event) const {
        return {Weight::warning,
                fmt::format("ropewalk-dataplane {} is gone (pid {}); waiting for it", gateway, event.pid)};
    }
    LogLine operator()(const events::ConfigurationAdopted&) const { return {}; }
    LogLine operator()(const events::WaitingAdopted&) const {
        return {Weight::info, "what waited for the dataplane's restart is published; its next start takes it over"};
    }
    LogLine operator()(const events::WaitingRefused& event) const {
        return {Weight::error,
                fmt::format("what waited for the dataplane's restart could not be taken over: {}", event.reason)};
    }
    LogLine operator()(const events::GenerationPublished& event) const {
        return {Weight::info, fmt::format("published generation {}", event.generation)};
    }
    LogLine operator()(const events::GenerationRefused& event) const {
        return {Weight::error, fmt::format("ropewalk-dataplane {} refused generation {}: {}", gateway, event.generation,
                                           event.reason)};
    }
    LogLine operator()(const events::PublicationFailed& event) const { return {Weight::error, event.reason}; }
    LogLine operator()(const events::PeerAppeared& event) const {
        return {Weight::info, fmt::format("tunnel {}: gateway '{}' is there, version {}{}", tunnel, event.gateway,
                                          fmt::join(event.version, "."), untold_changes(event.untold))};
    }
    LogLine operator()(const events::PeerShardsLearnt& event) const {
        return {Weight::info,
                fmt::format("tunnel {}: gateway '{}' receives each path on {} UDP port{}{}", tunnel, event.gateway,
                            event.shards, event.shards == 1 ? "" : "s", untold_changes(event.untold))};
    }
    LogLine operator()(const events::ReceivedPortsClosed&) const { return {}; }
    LogLine operator()(const events::ShardsUneven& event) const {
        return {Weight::warning,
                fmt::format("tunnel {}: {} shards do not divide among {} workers; make it a multiple of them, or 1",
                            event.tunnel, event.shards, event.workers)};
    }
    LogLine operator()(const events::NextHopFound& event) const {
        return {Weight::info,
                fmt::format("{}: next hop {} has Ethernet address {}", path, event.whose, to_string(event.mac))};
    }
    LogLine operator()(const events::PathTroubled& event) const {
        return {Weight::warning, fmt::format("{}: {}", path, event.trouble)};
    }
    LogLine operator()(const events::PathWell& event) const {
        return {Weight::info,
                fmt::format("{}: all is well again after {:.1f} s", path, static_cast<double>(event.after_ns) / 1e9)};
    }
    LogLine operator()(const events::PathDrained&) const {
        return {Weight::info, fmt::format("{}: drained by an operator", path)};
    }
    LogLine operator()(const events::PathUsed&) const {
        return {Weight::info, fmt::format("{}: an operator lets traffic use it again", path)};
    }
    LogLine operator()(const events::MeteredPathNeeded&) const {
        return {Weight::warning,
                fmt::format("{}: costs by the byte and carries traffic now: no other path is fit", path)};
    }
    LogLine operator()(const events::MeteredPathIdle&) const {
        return {Weight::info, fmt::format("{}: costs by the byte and is idle: other paths are fit", path)};
    }
    LogLine operator()(const events::PeerNumbersBehind& event) const {
        return {Weight::warning, fmt::format("tunnel {}: {}", tunnel, event.trouble)};
    }
    LogLine operator()(const events::PeerNumbersGood&) const {
        return {Weight::info,
                fmt::format("tunnel {}: no more copies come whose numbers are far behind those received", tunnel)};
    }
    LogLine operator()(const events::InnerMtuChanged& event) const {
        return {Weight::info, fmt::format("tunnel {}: the inner MTU is {} bytes, before {}: {}", tunnel, event.bytes,
                                          event.before, event.source)};
    }
    LogLine operator()(const events::PathTooNarrow& event) const {
        return {Weight::warning, fmt::format("{}: {}", path, event.problem)};
    }
    LogLine operator()(const events::PathWideEnough&) const {
        return {Weight::info, fmt::format("{}: it is wide enough for the tunnel again", path)};
    }
};

}  // namespace

LogLine log_line(const events::Event& event, const std::string& gateway, const config::snapshot::Resolved& resolved) {
    const Words words{gateway, name_of(event.tunnel_slot, resolved.tunnel_slots),
                      name_of(event.path_slot, resolved.path_slots)};
    return std::visit(words, event.what);
}

}  // namespace ropewalk::control::telling
