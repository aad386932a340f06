#include <algorithm>
#include <map>
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

/// One path of the snapshot with its totals, and those of a second ago when rates are wanted.
struct Row {
    const TunnelRecord& tunnel;
    const PathRecord& path;
    const PathTotals& totals;
    const PathTotals* before;
    std::uint64_t elapsed_ns;
    paths::PathState state;
    const config::region::PathOrder& order;
    const LinkSample& link;  ///< of its port
    nlohmann::json known;    ///< by control, its answer to `status`; empty when it does not answer
};

/// By tunnel and path.
using KnownPaths = std::map<std::pair<std::string, std::string>, nlohmann::json>;

KnownPaths known_paths_of(const Sample& sample) {
    KnownPaths known;
    if (!sample.status.is_object()) return known;
    for (const auto& path : sample.status.value("paths", nlohmann::json::array()))
        known[{path.value("tunnel", ""), path.value("path", "")}] = path;
    return known;
}

/// What ICMP errors say of a path; anybody may have written them.
std::string hint_of(const Row& row) {
    return row.known.value("hint", "");
}

/// The largest outer packet that its peer was seen to get.
nlohmann::json probed_mtu_of(const Row& row) {
    return row.known.value("probed_mtu", nlohmann::json());
}

std::vector<Row> rows_of(const Sample& sample, const config::region::View& view, const Sample* before) {
    // After a reload the paths of the two samples may be others.
    const bool comparable =
        before != nullptr && before->generation == sample.generation && before->paths.size() == sample.paths.size();
    const KnownPaths known_paths = known_paths_of(sample);
    std::vector<Row> rows;
    for (const TunnelRecord& tunnel : view.tunnels()) {
        for (std::size_t i = tunnel.first_path; i < std::size_t{tunnel.first_path} + tunnel.path_count; ++i) {
            const PathRecord& path = view.paths()[i];
            const LinkSample& link = sample.links[path.port];
            const paths::PathState state =
                paths::path_state({sample.dataplane.state, tunnel.wire, sample.orders.paths[i].use,
                                   sample.paths[i].heard_ns, sample.now_ns, link.code});
            const auto known = known_paths.find({std::string(text_of(tunnel.name)), std::string(text_of(path.name))});
            rows.push_back({tunnel, path, sample.paths[i], comparable ? &before->paths[i] : nullptr,
                            comparable ? sample.now_ns - before->now_ns : 0, state, sample.orders.paths[i], link,
                            known == known_paths.end() ? nlohmann::json::object() : known->second});
        }
    }
    return rows;
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
    for (const char* heading : {"tx copies", "rx copies", "first", "duplicates", "missing", "last seen s"})
        headings.emplace_back(heading);
    if (before != nullptr)
        for (const char* heading : {"tx copies/s", "tx Mbit/s", "rx copies/s", "rx Mbit/s"})
            headings.emplace_back(heading);
    Table table(std::move(headings));
    std::string notes;
    for (const Row& row : rows_of(sample, *view, before)) {
        const PathRecord& path = row.path;
        if (const std::string hint = hint_of(row); !hint.empty())
            notes += fmt::format("note: {}/{}: {}\n", text_of(row.tunnel.name), text_of(path.name), hint);
        const nlohmann::json probed_mtu = probed_mtu_of(row);
        std::vector<std::string> cells{
            std::string(text_of(row.tunnel.name)),
            std::string(text_of(path.name)),
            std::to_string(path.path_id),
            std::string(text_of(view->ports()[path.port].name)),
            fmt::format("{} -> {}", endpoint_text(path, path.local_address, path.local_udp_port),
                        endpoint_text(path, path.peer_address, path.peer_udp_port)),
            std::string(word_of(row.state)),
            probed_mtu.is_null() ? "-" : probed_mtu.dump(),
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
    return table.text() + notes;
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
                      {"state", word_of(row.state)},
                      {"reason", reason_text(row.link.reason, text_of(view.ports()[path.port].device))},
                      {"hint", hint_of(row)},
                      {"probed_mtu", probed_mtu_of(row)},
                      {"mtu_search", row.known.value("mtu_search", "unknown")},
                      {"next_hop", nullptr}};
    add_counters(json, path_counters, totals);
    json["last_seen_ms"] = nullptr;
    if (row.order.use == config::region::PathUse::use)
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

const Page paths_page{"paths", "each path: state, copies, losses, when it was last heard", text, json};

}  // namespace ropewalk::control::cli
