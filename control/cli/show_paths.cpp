#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/region/fixed_text.hpp"
#include "config/region/link_text.hpp"
#include "config/schema/endpoint.hpp"
#include "config/schema/mac_address.hpp"
#include "control/cli/counters_json.hpp"
#include "control/cli/page.hpp"
#include "control/cli/table.hpp"
#include "control/cli/units.hpp"
#include "control/paths/path_state.hpp"

namespace ropewalk::control::cli {

using config::Family;
using config::region::PathRecord;
using config::region::text_of;
using config::region::TunnelRecord;
using config::schema::Endpoint;
using nlohmann::ordered_json;

namespace {

std::string endpoint_text(const PathRecord& path, const std::array<std::uint8_t, 16>& address, std::uint16_t port) {
    return to_string(Endpoint{{path.family == 4 ? Family::ipv4 : Family::ipv6, address}, port});
}

/// What control knows of a path beyond the cells, in sentences; empty where there is nothing to say.
struct Words {
    std::string reason;         ///< why it is not up
    std::string hint;           ///< what ICMP errors say of it; anybody may have written them
    nlohmann::json probed_mtu;  ///< the largest outer packet that its peer was seen to get; null: not known
    std::string mtu_search = "unknown";
};

/// One path of the snapshot with its totals, and those of a second ago when rates are wanted.
struct Row {
    const TunnelRecord& tunnel;
    const PathRecord& path;
    const PathTotals& totals;
    const PathTotals* before;
    std::uint64_t elapsed_ns;
    paths::PathState state;
    const config::region::PathHealth& health;
    const config::region::PathOrder& order;
    const LinkSample& link;  ///< of its port
    Words words;
};

/// By tunnel and path.
using WordsOfPaths = std::map<std::pair<std::string, std::string>, Words>;

WordsOfPaths words_of_paths(const Sample& sample) {
    WordsOfPaths words;
    if (!sample.status.is_object()) return words;
    for (const auto& path : sample.status.value("paths", nlohmann::json::array()))
        words[{path.value("tunnel", ""), path.value("path", "")}] = {path.value("reason", ""), path.value("hint", ""),
                                                                     path.value("probed_mtu", nlohmann::json()),
                                                                     path.value("mtu_search", "unknown")};
    return words;
}

std::vector<Row> rows_of(const Sample& sample, const config::region::View& view, const Sample* before) {
    // After a reload the paths of the two samples may be others.
    const bool comparable =
        before != nullptr && before->generation == sample.generation && before->paths.size() == sample.paths.size();
    const WordsOfPaths words = words_of_paths(sample);
    std::vector<Row> rows;
    for (const TunnelRecord& tunnel : view.tunnels()) {
        for (std::size_t i = tunnel.first_path; i < std::size_t{tunnel.first_path} + tunnel.path_count; ++i) {
            const PathRecord& path = view.paths()[i];
            const LinkSample& link = sample.links[path.port];
            const auto said = words.find({std::string(text_of(tunnel.name)), std::string(text_of(path.name))});
            rows.push_back({tunnel, path, sample.paths[i], comparable ? &before->paths[i] : nullptr,
                            comparable ? sample.now_ns - before->now_ns : 0, sample.state_of_path(i),
                            sample.orders.health[i], sample.orders.paths[i], link,
                            said == words.end() ? Words{} : said->second});
        }
    }
    return rows;
}

/// `-`: not known.
std::string milliseconds_text(std::uint64_t ns) {
    return ns == 0 ? "-" : fmt::format("{:.1f}", static_cast<double>(ns) / 1e6);
}

bool is_measured(const config::region::PathHealth& health) {
    return health.round_trip_ns != 0;
}

/// How much later than by the fastest path what is received comes.
std::string behind_text(const config::region::PathHealth& health) {
    return is_measured(health) ? fmt::format("{:.1f}", static_cast<double>(health.rx_delay_over_best_us) / 1e3) : "-";
}

/// Of ReceptionFigures::lost; empty: not known.
std::optional<double> percent_lost(std::uint16_t lost) {
    using config::region::ReceptionFigures;
    if (lost == ReceptionFigures::unknown_lost) return std::nullopt;
    return 100.0 * lost / ReceptionFigures::all_lost;
}

std::string lost_text(std::uint16_t lost) {
    const auto percent = percent_lost(lost);
    return percent ? fmt::format("{:.1f}", *percent) : "-";
}

/// Packets of a path's tunnel of which some copy came.
std::uint64_t first_of_tunnel(const Row& row, const Sample& sample) {
    std::uint64_t first = 0;
    for (std::size_t i = 0; i < row.tunnel.path_count; ++i) first += sample.paths[row.tunnel.first_path + i].rx_first;
    return first;
}

std::string rate_text(std::uint64_t before, std::uint64_t after, std::uint64_t elapsed_ns) {
    return fmt::format("{:.0f}", per_second(before, after, elapsed_ns));
}

std::string megabit_text(std::uint64_t before, std::uint64_t after, std::uint64_t elapsed_ns) {
    return fmt::format("{:.2f}", per_second(before, after, elapsed_ns) * 8 / 1e6);
}

std::vector<std::string> rates(const Row& row) {
    if (row.before == nullptr) return {"-", "-", "-", "-"};
    return {rate_text(row.before->tx_copies, row.totals.tx_copies, row.elapsed_ns),
            megabit_text(row.before->tx_bytes, row.totals.tx_bytes, row.elapsed_ns),
            rate_text(row.before->rx_copies, row.totals.rx_copies, row.elapsed_ns),
            megabit_text(row.before->rx_bytes, row.totals.rx_bytes, row.elapsed_ns)};
}

std::string text(const Sample& sample, const Sample* before) {
    const auto view = sample.view();
    if (!view) return {};
    std::vector<std::string> headings{"tunnel", "path", "id", "port", "local -> peer", "state", "probed MTU"};
    for (const char* heading : {"since s", "rtt ms", "jitter ms", "behind ms", "lost % in/out", "first %", "tx copies",
                                "rx copies", "first", "duplicates", "missing", "last seen s"})
        headings.emplace_back(heading);
    if (before != nullptr)
        for (const char* heading : {"tx copies/s", "tx Mbit/s", "rx copies/s", "rx Mbit/s"})
            headings.emplace_back(heading);
    Table table(std::move(headings));
    std::string saved, notes;
    for (const Row& row : rows_of(sample, *view, before)) {
        const PathRecord& path = row.path;
        const std::string drained = row.health.is_drained ? "drained by an operator, until 'ropewalk path use'" : "";
        for (const std::string* said : {&drained, &row.words.reason, &row.words.hint})
            if (!said->empty())
                notes += fmt::format("note: {}/{}: {}\n", text_of(row.tunnel.name), text_of(path.name), *said);
        if (row.totals.rx_saved != 0)
            saved += fmt::format("{}/{} saved about {} packets, cost {}\n", text_of(row.tunnel.name),
                                 text_of(path.name), row.totals.rx_saved, bytes_text(row.totals.rx_bytes));
        std::vector<std::string> cells{
            std::string(text_of(row.tunnel.name)),
            std::string(text_of(path.name)),
            std::to_string(path.path_id),
            std::string(text_of(view->ports()[path.port].name)),
            fmt::format("{} -> {}", endpoint_text(path, path.local_address, path.local_udp_port),
                        endpoint_text(path, path.peer_address, path.peer_udp_port)),
            std::string(paths::word_of(row.state)),
            row.words.probed_mtu.is_null() ? "-" : row.words.probed_mtu.dump(),
            seconds_since(sample.now_ns, row.health.since_ns),
            milliseconds_text(row.health.round_trip_ns),
            milliseconds_text(row.health.jitter_ns),
            behind_text(row.health),
            fmt::format("{}/{}", lost_text(row.health.rx_lost_1s), lost_text(row.health.tx_lost_1s)),
            percent_text(row.totals.rx_first, first_of_tunnel(row, sample)),
            std::to_string(row.totals.tx_copies),
            std::to_string(row.totals.rx_copies),
            std::to_string(row.totals.rx_first),
            std::to_string(row.totals.rx_duplicate),
            std::to_string(row.totals.rx_missing),
            seconds_since(sample.now_ns, row.totals.heard_ns)};
        if (before != nullptr)
            for (std::string& rate : rates(row)) cells.push_back(std::move(rate));
        table.add(std::move(cells));
    }
    return table.text() + saved + notes;
}

/// That of its port, which is known without control, goes before.
std::string reason_of(const config::region::View& view, const Row& row) {
    std::string reason = config::region::reason_text(row.link.reason, text_of(view.ports()[row.path.port].device));
    return reason.empty() ? row.words.reason : reason;
}

template <class Value>
ordered_json or_null(const std::optional<Value>& value) {
    return value ? ordered_json(*value) : ordered_json(nullptr);
}

void add_health(ordered_json& json, const Sample& sample, const Row& row) {
    const config::region::PathHealth& health = row.health;
    const auto measured = [&](auto value) { return is_measured(health) ? std::optional(value) : std::nullopt; };
    if (health.since_ns != 0) json["since_ms"] = (sample.now_ns - std::min(sample.now_ns, health.since_ns)) / 1'000'000;
    json["round_trip_us"] = or_null(measured(health.round_trip_ns / 1000));
    json["jitter_us"] = or_null(measured(health.jitter_ns / 1000));
    json["round_trip_p99_us"] = or_null(measured(health.round_trip_p99_us));
    json["jitter_p99_us"] = or_null(measured(health.jitter_p99_us));
    json["rx_delay_over_best_us"] = or_null(measured(health.rx_delay_over_best_us));
    json["tx_delay_over_best_us"] = or_null(measured(health.tx_delay_over_best_us));
    json["rx_lost_percent_1s"] = or_null(percent_lost(health.rx_lost_1s));
    json["rx_lost_percent_10s"] = or_null(percent_lost(health.rx_lost_10s));
    json["rx_lost_percent_60s"] = or_null(percent_lost(health.rx_lost_60s));
    json["tx_lost_percent_1s"] = or_null(percent_lost(health.tx_lost_1s));
    const std::uint64_t first = first_of_tunnel(row, sample);
    json["first_percent"] = first == 0 ? ordered_json(nullptr) : ordered_json(100.0 * row.totals.rx_first / first);
    json["flaps"] = health.flaps;
    json["drained"] = health.is_drained;
    const bool is_held = row.state == paths::PathState::down && health.hold_down_until_ns > sample.now_ns;
    json["hold_down_ms"] = is_held ? (health.hold_down_until_ns - sample.now_ns) / 1'000'000 : 0;
}

ordered_json row_json(const Sample& sample, const config::region::View& view, const Row& row) {
    const PathRecord& path = row.path;
    const PathTotals& totals = row.totals;
    ordered_json json{{"tunnel", text_of(row.tunnel.name)},
                      {"name", text_of(path.name)},
                      {"id", path.path_id},
                      {"port", text_of(view.ports()[path.port].name)},
                      {"local", endpoint_text(path, path.local_address, path.local_udp_port)},
                      {"peer", endpoint_text(path, path.peer_address, path.peer_udp_port)},
                      {"state", paths::word_of(row.state)},
                      {"reason", reason_of(view, row)},
                      {"since_ms", nullptr},
                      {"hint", row.words.hint},
                      {"probed_mtu", row.words.probed_mtu},
                      {"mtu_search", row.words.mtu_search},
                      {"next_hop", nullptr}};
    add_health(json, sample, row);
    add_counters(json, path_counters, totals);
    json["last_seen_ms"] = nullptr;
    if (row.order.use != config::region::PathUse::none)
        json["next_hop"] = to_string(config::schema::MacAddress{row.order.next_hop});
    if (totals.heard_ns != 0)
        json["last_seen_ms"] = (sample.now_ns - std::min(sample.now_ns, totals.heard_ns)) / 1'000'000;
    if (row.before != nullptr) {
        json["tx_copies_per_second"] = per_second(row.before->tx_copies, totals.tx_copies, row.elapsed_ns);
        json["tx_bits_per_second"] = 8 * per_second(row.before->tx_bytes, totals.tx_bytes, row.elapsed_ns);
        json["rx_copies_per_second"] = per_second(row.before->rx_copies, totals.rx_copies, row.elapsed_ns);
        json["rx_bits_per_second"] = 8 * per_second(row.before->rx_bytes, totals.rx_bytes, row.elapsed_ns);
    }
    return json;
}

void json(const Sample& sample, const Sample* before, ordered_json& document) {
    document["paths"] = ordered_json::array();
    if (const auto view = sample.view())
        for (const Row& row : rows_of(sample, *view, before)) document["paths"].push_back(row_json(sample, *view, row));
}

}  // namespace

const Page paths_page{"paths", "each path: state and why, round trip, losses, copies, when it was last heard", text,
                      json};

}  // namespace ropewalk::control::cli
