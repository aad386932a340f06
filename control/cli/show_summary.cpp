#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/codes.hpp"
#include "config/region/fixed_text.hpp"
#include "config/schema/mac_address.hpp"
#include "control/cli/counters_json.hpp"
#include "control/cli/page.hpp"
#include "control/cli/table.hpp"
#include "control/cli/units.hpp"
#include "control/paths/path_state.hpp"

namespace ropewalk::control::cli {

using config::region::text_of;
using config::region::TunnelRecord;
using config::region::View;
using nlohmann::ordered_json;

namespace {

std::size_t count_live_paths(const Sample& sample, const TunnelRecord& tunnel) {
    std::size_t live = 0;
    for (std::size_t i = tunnel.first_path; i < std::size_t{tunnel.first_path} + tunnel.path_count; ++i) {
        live += paths::is_fit(sample.state_of_path(i)) ? 1U : 0U;
    }
    return live;
}

std::string direction_text(const char* word, std::uint64_t packets, std::uint64_t bytes) {
    return fmt::format("{} {} packets ({})", word, packets, bytes_text(bytes));
}

std::string rate_text(const PortTotals& now, const PortTotals& before, std::uint64_t elapsed_ns) {
    return fmt::format("; now {:.0f} packets/s {:.2f} Mbit/s from users, {:.0f} packets/s {:.2f} Mbit/s to them",
                       per_second(before.rx_packets, now.rx_packets, elapsed_ns),
                       per_second(before.rx_bytes, now.rx_bytes, elapsed_ns) * 8 / 1e6,
                       per_second(before.tx_packets, now.tx_packets, elapsed_ns),
                       per_second(before.tx_bytes, now.tx_bytes, elapsed_ns) * 8 / 1e6);
}

std::string drops_text(const Sample& sample) {
    std::string text;
    for (std::size_t reason = 0; reason < sample.drops.size(); ++reason)
        if (sample.drops[reason] != 0)
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", sample.drops[reason],
                                config::region::drop_reason_texts[reason].name);
    return text.empty() ? "none" : text;
}

std::uint64_t missed_frames(const Sample& sample) {
    std::uint64_t missed = 0;
    for (const LinkSample& link : sample.links) missed += link.rx_missed;
    return missed;
}

/// Nothing where all was taken in time.
std::string missed_text(const Sample& sample) {
    const std::uint64_t missed = missed_frames(sample);
    return missed == 0 ? "" : fmt::format("missed by ports, before a worker saw them: {} frames\n", missed);
}

std::string inside_text(const View& view) {
    const auto& boot = view.header().boot;
    if (view.inside_port() == nullptr) return std::string(text_of(boot.inside_interface));
    const auto& port = *view.inside_port();
    return fmt::format("port {} ({}), next hop {}", text_of(port.name), word_of(port.driver),
                       to_string(config::schema::MacAddress{boot.inside_next_hop}));
}

/// What control keeps the interface at; as configured when it does not answer.
std::uint32_t inside_mtu(const Sample& sample, const View& view) {
    const auto& status = sample.status;
    const bool is_said = status.is_object() && status.contains("inside_mtu") && status["inside_mtu"].is_number();
    return is_said ? status["inside_mtu"].get<std::uint32_t>() : view.header().inside_mtu;
}

/// What control says beside problems, as it is in `status`.
nlohmann::json notes_of(const Sample& sample) {
    const auto none = nlohmann::json::array();
    return sample.status.is_object() ? sample.status.value("notes", none) : none;
}

std::string text(const Sample& sample, const Sample* before) {
    const auto view = sample.view();
    if (!view) return {};
    std::string text =
        fmt::format("inside {}, MTU {} bytes: {}, {}{}\n", inside_text(*view), inside_mtu(sample, *view),
                    direction_text("from users", sample.inside.rx_packets, sample.inside.rx_bytes),
                    direction_text("to users", sample.inside.tx_packets, sample.inside.tx_bytes),
                    before == nullptr ? "" : rate_text(sample.inside, before->inside, sample.now_ns - before->now_ns));
    Table table({"tunnel", "peer", "paths up", "sealed packets", "delivered packets", "lost packets"});
    for (std::size_t i = 0; i < view->tunnels().size(); ++i) {
        const TunnelRecord& tunnel = view->tunnels()[i];
        const TunnelSample& state = sample.tunnels[i];
        table.add({std::string(text_of(tunnel.name)), std::string(text_of(tunnel.peer)),
                   fmt::format("{} of {}", count_live_paths(sample, tunnel), tunnel.path_count),
                   std::to_string(state.totals.sealed_packets), std::to_string(state.totals.delivered_packets),
                   std::to_string(state.lost)});
    }
    text += table.text() + "drops: " + drops_text(sample) + "\n" + missed_text(sample);
    for (const auto& note : notes_of(sample)) text += "note: " + note.get<std::string>() + "\n";
    return text;
}

void json(const Sample& sample, const Sample*, ordered_json& document) {
    add_counters(document["inside"], port_counters, sample.inside);
    document["rx_missed"] = missed_frames(sample);
    document["notes"] = notes_of(sample);
    document["tunnels"] = ordered_json::array();
    const auto view = sample.view();
    for (std::size_t i = 0; view && i < view->tunnels().size(); ++i) {
        const TunnelRecord& tunnel = view->tunnels()[i];
        document["tunnels"].push_back({{"name", text_of(tunnel.name)},
                                       {"peer", text_of(tunnel.peer)},
                                       {"paths", tunnel.path_count},
                                       {"paths_up", count_live_paths(sample, tunnel)},
                                       {"sealed_packets", sample.tunnels[i].totals.sealed_packets},
                                       {"delivered_packets", sample.tunnels[i].totals.delivered_packets},
                                       {"lost", sample.tunnels[i].lost}});
    }
}

}  // namespace

const Page summary_page{"summary", "one look at everything", text, json};

}  // namespace ropewalk::control::cli
