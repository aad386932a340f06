#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/codes.hpp"
#include "config/region/fixed_text.hpp"
#include "control/cli/counters_json.hpp"
#include "control/cli/page.hpp"
#include "control/cli/table.hpp"
#include "control/cli/units.hpp"

namespace ropewalk::control::cli {

using config::region::RecordCode;
using config::region::text_of;
using config::region::TunnelRecord;
using config::region::View;
using nlohmann::ordered_json;

namespace {

PathTotals total_of_paths(const Sample& sample, const TunnelRecord& tunnel) {
    PathTotals total;
    for (std::size_t i = tunnel.first_path; i < std::size_t{tunnel.first_path} + tunnel.path_count; ++i) {
        total.rx_duplicate += sample.paths[i].rx_duplicate;
        total.rx_refused += sample.paths[i].rx_refused;
    }
    return total;
}

/// A code of a newer dataplane has no word.
std::string word_of(RecordCode code) {
    switch (code) {
        case RecordCode::fine:
            return "fine";
        case RecordCode::asked:
            return "asked";
        case RecordCode::clock_behind:
            return "clock_behind";
        case RecordCode::unreadable:
            return "unreadable";
        case RecordCode::unwritable:
            return "unwritable";
    }
    return "unknown";
}

/// What stops a direction, for a row of its own; the dataplane's log says what to do.
std::string trouble_text(RecordCode code) {
    switch (code) {
        case RecordCode::asked:
            return "no: the disk has not answered yet";
        case RecordCode::clock_behind:
            return "no: the clock stands before numbers already used";
        case RecordCode::unreadable:
            return "no: the record in state_dir cannot be read";
        case RecordCode::unwritable:
            return "no more than is recorded: state_dir cannot be written";
        default:
            return word_of(code);
    }
}

/// What makes the inner MTU what it is, as control says; empty when it does not.
std::string inner_mtu_source(const Sample& sample, const TunnelRecord& tunnel) {
    if (!sample.status.is_object()) return {};
    for (const auto& said : sample.status.value("tunnels", nlohmann::json::array()))
        if (said.value("name", "") == text_of(tunnel.name)) return said.value("inner_mtu_source", "");
    return {};
}

std::string tunnel_text(const Sample& sample, const Sample* before, const TunnelRecord& tunnel, std::size_t index) {
    const TunnelSample& state = sample.tunnels[index];
    const PathTotals paths = total_of_paths(sample, tunnel);
    const std::uint64_t window = state.window_packets;
    const bool comparable = before != nullptr && before->generation == sample.generation;
    const auto with_rate = [&](std::uint64_t value, std::uint64_t TunnelTotals::*member) {
        if (!comparable) return std::to_string(value);
        const double rate = per_second(before->tunnels[index].totals.*member, value, sample.now_ns - before->now_ns);
        return fmt::format("{} ({:.0f}/s)", value, rate);
    };
    const auto with_bits = [&](std::uint64_t value, std::uint64_t TunnelTotals::*member) {
        if (!comparable) return std::to_string(value);
        const double rate = per_second(before->tunnels[index].totals.*member, value, sample.now_ns - before->now_ns);
        return fmt::format("{} ({:.2f} Mbit/s)", value, rate * 8 / 1e6);
    };
    const std::string source = inner_mtu_source(sample, tunnel);
    Table table({"inner MTU, bytes",
                 std::to_string(sample.orders.tunnels[index].inner_mtu) + (source.empty() ? source : ": " + source)});
    if (sample.dataplane.is_running()) {
        if (state.sending != RecordCode::fine) table.add({"sends", trouble_text(state.sending)});
        if (state.receiving != RecordCode::fine) table.add({"receives", trouble_text(state.receiving)});
    }
    table.add({"sealed packets", with_rate(state.totals.sealed_packets, &TunnelTotals::sealed_packets)});
    table.add({"sealed bytes", with_bits(state.totals.sealed_bytes, &TunnelTotals::sealed_bytes)});
    table.add({"delivered packets", with_rate(state.totals.delivered_packets, &TunnelTotals::delivered_packets)});
    table.add({"delivered bytes", with_bits(state.totals.delivered_bytes, &TunnelTotals::delivered_bytes)});
    table.add({"lost packets", std::to_string(state.lost)});
    table.add({"duplicate copies dropped", std::to_string(paths.rx_duplicate)});
    table.add({"copies too old or not authentic", std::to_string(paths.rx_refused)});
    table.add({"window, packets", std::to_string(window)});
    table.add({"largest age accepted, packets",
               fmt::format("{} ({} % of the window)", state.largest_age, percent_text(state.largest_age, window))});
    table.add({"jumps of the peer's sequence", std::to_string(state.jumps)});
    table.add({"next sequence", std::to_string(state.next_sequence)});
    table.add({"highest sequence received", std::to_string(state.highest_received)});
    table.add({"key id and SPI, sending", fmt::format("{:016x} 0x{:08x}", tunnel.tx_key_id, tunnel.tx_spi)});
    table.add({"key id and SPI, receiving", fmt::format("{:016x} 0x{:08x}", tunnel.rx_key_id, tunnel.rx_spi)});
    table.add({"ICMP too big sent", std::to_string(state.totals.icmp_sent)});
    table.add({"TCP MSS clamped", std::to_string(state.totals.mss_clamped)});
    return fmt::format("tunnel {}: peer {}, {}, wire {}, {} path{}\n{}", text_of(tunnel.name), text_of(tunnel.peer),
                       word_of(tunnel.cipher), word_of(tunnel.wire), tunnel.path_count,
                       tunnel.path_count == 1 ? "" : "s", table.text(2));
}

std::string text(const Sample& sample, const Sample* before) {
    std::string text;
    if (const auto view = sample.view())
        for (std::size_t i = 0; i < view->tunnels().size(); ++i)
            text += tunnel_text(sample, before, view->tunnels()[i], i);
    return text;
}

ordered_json tunnel_json(const Sample& sample, const TunnelRecord& tunnel, std::size_t index) {
    const TunnelSample& state = sample.tunnels[index];
    const PathTotals paths = total_of_paths(sample, tunnel);
    ordered_json json{{"name", text_of(tunnel.name)},
                      {"peer", text_of(tunnel.peer)},
                      {"cipher", word_of(tunnel.cipher)},
                      {"wire", word_of(tunnel.wire)},
                      {"inner_mtu", sample.orders.tunnels[index].inner_mtu},
                      {"inner_mtu_configured", tunnel.inner_mtu},
                      {"inner_mtu_source", inner_mtu_source(sample, tunnel)}};
    add_counters(json, tunnel_counters, state.totals);
    json.update({{"lost", state.lost},
                 {"rx_duplicate", paths.rx_duplicate},
                 {"rx_refused", paths.rx_refused},
                 {"window", state.window_packets},
                 {"largest_age", state.largest_age},
                 {"jumps", state.jumps},
                 {"sending", word_of(state.sending)},
                 {"receiving", word_of(state.receiving)},
                 {"next_sequence", state.next_sequence},
                 {"highest_received", state.highest_received},
                 {"tx_key_id", fmt::format("{:016x}", tunnel.tx_key_id)},
                 {"rx_key_id", fmt::format("{:016x}", tunnel.rx_key_id)},
                 {"tx_spi", tunnel.tx_spi},
                 {"rx_spi", tunnel.rx_spi}});
    return json;
}

void json(const Sample& sample, const Sample*, ordered_json& document) {
    document["tunnels"] = ordered_json::array();
    if (const auto view = sample.view())
        for (std::size_t i = 0; i < view->tunnels().size(); ++i)
            document["tunnels"].push_back(tunnel_json(sample, view->tunnels()[i], i));
}

}  // namespace

const Page tunnels_page{"tunnels", "each tunnel: packets, residual loss, window, keys", text, json};

}  // namespace ropewalk::control::cli
