#include "control/metrics/page.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "config/region/drop_reasons.hpp"
#include "config/region/heard.hpp"
#include "config/region/reception_figures.hpp"
#include "config/words.hpp"
#include "control/metrics/counter_families.hpp"
#include "control/paths/path_state.hpp"
#include "control/version.hpp"

namespace ropewalk::control::metrics {

using config::region::DropStage;
using config::region::LinkCode;
using config::region::LinkStatus;
using config::region::PathHealth;
using config::region::TunnelStatus;
using config::region::WorkerCounters;
using Type = Family::Type;

namespace {

std::string_view word_of(DropStage stage) {
    switch (stage) {
        case DropStage::inside_rx:
            return "inside_rx";
        case DropStage::copy:
            return "copy";
        case DropStage::wan_tx:
            return "wan_tx";
        case DropStage::wan_rx:
            return "wan_rx";
        case DropStage::inside_tx:
            return "inside_tx";
    }
    return "?";
}

/// One page while it is written.
class Page {
public:
    Page(const Sources& sources, Format format) : sources_(sources), text_(format) {}

    std::string written() && {
        processes();
        counters("inside", inside_rows);
        counters_of_slots(
            "port", port_rows, sources_.exported.wan_ports,
            [](const WorkerCounters& worker, std::uint32_t slot) -> auto& { return worker.ports[slot]; });
        links();
        counters_of_slots(
            "tunnel", tunnel_rows, sources_.exported.tunnels,
            [](const WorkerCounters& worker, std::uint32_t slot) -> auto& { return worker.tunnels[slot]; });
        windows();
        counters_of_slots(
            "path", path_rows, sources_.exported.paths,
            [](const WorkerCounters& worker, std::uint32_t slot) -> auto& { return worker.paths[slot]; });
        silences();
        health();
        workers();
        drops();
        events();
        return std::move(text_).take();
    }

private:
    const std::string& gateway() const { return sources_.exported.gateway; }

    std::string with_gateway(std::string_view name, std::string_view value) const {
        return fmt::format("{},{}", gateway(), labels_of({{name, value}}));
    }

    void processes() {
        text_.begin({Type::info, "ropewalk_build", "", "version of control, and of the layout of the shared memory"});
        text_.add(
            fmt::format("{},{}", gateway(),
                        labels_of({{"version", version_text}, {"abi", std::to_string(config::region::abi_version)}})),
            std::uint64_t{1});
        text_.begin({Type::gauge, "ropewalk_dataplane_running", "", "1: the dataplane runs; 0: it does not"});
        text_.add(gateway(), std::uint64_t{sources_.sighting.is_running()});
        text_.begin({Type::gauge, "ropewalk_generation", "", "of the configuration that was published last"});
        text_.add(gateway(), config::region::Publication::unpack(sources_.control.publication.load()).generation);
        text_.begin({Type::gauge, "ropewalk_verified_generation", "",
                     "of the newest configuration that the dataplane took over"});
        text_.add(gateway(), sources_.dataplane.verified_generation.load());
    }

    template <std::size_t n>
    void counters(std::string_view what, const std::array<CounterRow<WorkerCounters>, n>& rows) {
        for (const auto& row : rows) {
            std::uint64_t sum = 0;
            for (const auto& worker : sources_.dataplane.counters) sum += (worker.*row.cell).get();
            text_.begin(family_of(what, row));
            text_.add(gateway(), sum);
        }
    }

    template <class Rows, class Cells>
    void counters_of_slots(std::string_view what, const Rows& rows, const std::vector<Exported::Item>& items,
                           Cells cells_of) {
        for (const auto& row : rows) {
            text_.begin(family_of(what, row));
            for (const auto& item : items) {
                std::uint64_t sum = 0;
                for (const auto& worker : sources_.dataplane.counters)
                    sum += (cells_of(worker, item.slot).*row.cell).get();
                text_.add(item.labels, sum);
            }
        }
    }

    void of_links(const Family& family, auto value) {
        text_.begin(family);
        for (const auto& port : sources_.exported.ports)
            text_.add(port.labels, std::uint64_t{value(sources_.dataplane.links[port.slot])});
    }

    void links() {
        of_links(
            {Type::counter, "ropewalk_port_link_changes", "", "times that the link was seen to go down or come up"},
            [](const LinkStatus& link) { return link.changes.get(); });
        of_links({Type::counter, "ropewalk_port_rx_missed_frames", "frames",
                  "frames: lost between the device and a worker, which was late or had no buffers"},
                 [](const LinkStatus& link) { return link.rx_missed.get(); });
        // Nobody looks at links while no dataplane runs.
        const bool is_running = sources_.sighting.is_running();
        of_links({Type::gauge, "ropewalk_port_link_up", "", "1: the link is up; 0: it is down, or not known"},
                 [is_running](const LinkStatus& link) {
                     return is_running && static_cast<LinkCode>(link.code.load()) == LinkCode::up;
                 });
    }

    void of_tunnels(const Family& family, config::region::Counter TunnelStatus::*cell) {
        text_.begin(family);
        for (const auto& tunnel : sources_.exported.tunnels)
            text_.add(tunnel.labels, (sources_.dataplane.tunnels[tunnel.slot].*cell).get());
    }

    void windows() {
        of_tunnels({Type::counter, "ropewalk_tunnel_lost_packets", "packets",
                    "packets: numbers that left the window without one"},
                   &TunnelStatus::lost);
        of_tunnels({Type::gauge, "ropewalk_tunnel_overdue_packets", "packets",
                    "packets: numbers in the window that have not come although later ones came seconds ago"},
                   &TunnelStatus::overdue);
        of_tunnels(
            {Type::counter, "ropewalk_tunnel_window_jumps", "", "times that the peer's numbers jumped past the window"},
            &TunnelStatus::jumped);
        of_tunnels({Type::gauge, "ropewalk_tunnel_largest_age_packets", "packets",
                    "packets: between the newest number and the oldest one still accepted"},
                   &TunnelStatus::largest_age);
        of_tunnels({Type::gauge, "ropewalk_tunnel_window_packets", "packets", "packets: size of the window in use"},
                   &TunnelStatus::window_packets);
    }

    void silences() {
        text_.begin({Type::gauge, "ropewalk_path_silence_seconds", "seconds",
                     "seconds: since the newest authenticated copy came by the path; absent where none ever did"});
        for (const auto& path : sources_.exported.paths) {
            const std::uint64_t heard_ns = config::region::newest_heard_ns(sources_.dataplane, path.slot);
            if (heard_ns == 0) continue;
            const std::uint64_t silence_ns = sources_.now_ns - std::min(sources_.now_ns, heard_ns);
            text_.add(path.labels, static_cast<double>(silence_ns) / 1e9);
        }
    }

    /// `value` of what control judged of a path; empty: not known.
    void of_health(const Family& family, auto value) {
        text_.begin(family);
        for (const auto& path : sources_.exported.paths)
            if (const std::optional<double> known = value(sources_.control.path_health[path.slot].load()))
                text_.add(path.labels, *known);
    }

    /// The same in the direction that is received, and in the one that is sent.
    void of_directions(const Family& family, auto received, auto sent) {
        text_.begin(family);
        for (const auto& path : sources_.exported.paths) {
            const PathHealth now = sources_.control.path_health[path.slot].load();
            for (const auto& [direction, known] : {std::pair{"in", received(now)}, std::pair{"out", sent(now)}})
                if (known) text_.add(fmt::format("{},{}", path.labels, labels_of({{"direction", direction}})), *known);
        }
    }

    void health() {
        using Known = std::optional<double>;
        of_health({Type::gauge, "ropewalk_path_fit", "", "1: traffic may rely on the path; 0: it may not"},
                  [](const PathHealth& path) -> Known { return paths::is_fit(path.state) ? 1.0 : 0.0; });
        text_.begin({Type::gauge, "ropewalk_path_state", "", "1: the path is in this state"});
        for (const auto& path : sources_.exported.paths)
            text_.add(fmt::format(
                          "{},{}", path.labels,
                          labels_of({{"state", paths::word_of(sources_.control.path_health[path.slot].load().state)}})),
                      std::uint64_t{1});
        const auto seconds = [](std::uint64_t ns) { return ns == 0 ? Known() : Known(static_cast<double>(ns) / 1e9); };
        of_health({Type::gauge, "ropewalk_path_round_trip_seconds", "seconds", "seconds: there and back, smoothed"},
                  [&](const PathHealth& path) { return seconds(path.round_trip_ns); });
        of_health({Type::gauge, "ropewalk_path_jitter_seconds", "seconds", "seconds: of what is received (RFC 3550)"},
                  [](const PathHealth& path) -> Known {
                      if (path.round_trip_ns == 0) return std::nullopt;
                      return static_cast<double>(path.jitter_ns) / 1e9;
                  });
        const auto tail = [](std::uint32_t us) { return us == 0 ? Known() : Known(static_cast<double>(us) / 1e6); };
        of_health({Type::gauge, "ropewalk_path_round_trip_p99_seconds", "seconds",
                   "seconds: what 99 of 100 did not pass within the last minute"},
                  [&](const PathHealth& path) { return tail(path.round_trip_p99_us); });
        of_health({Type::gauge, "ropewalk_path_jitter_p99_seconds", "seconds",
                   "seconds: what 99 of 100 of the delay's changes from probe to probe did not pass within the last "
                   "minute"},
                  [&](const PathHealth& path) { return tail(path.jitter_p99_us); });
        of_directions(
            {Type::gauge, "ropewalk_path_delay_over_best_seconds", "seconds",
             "seconds: behind the tunnel's fastest path"},
            [](const PathHealth& path) { return behind(path, path.rx_delay_over_best_us); },
            [](const PathHealth& path) { return behind(path, path.tx_delay_over_best_us); });
        of_directions(
            {Type::gauge, "ropewalk_path_lost_ratio", "ratio", "ratio: of the copies of the last second"},
            [](const PathHealth& path) { return share(path.rx_lost_1s); },
            [](const PathHealth& path) { return share(path.tx_lost_1s); });
    }

    static std::optional<double> behind(const PathHealth& path, std::uint32_t us) {
        if (path.round_trip_ns == 0) return std::nullopt;
        return static_cast<double>(us) / 1e6;
    }
    static std::optional<double> share(std::uint16_t lost) {
        using config::region::ReceptionFigures;
        if (lost == ReceptionFigures::unknown_lost) return std::nullopt;
        return static_cast<double>(lost) / ReceptionFigures::all_lost;
    }

    void workers() {
        const std::size_t count =
            std::min<std::size_t>(sources_.dataplane.worker_count.load(), sources_.dataplane.counters.size());
        for (const auto& row : worker_rows) {
            text_.begin(family_of("worker", row));
            for (std::size_t i = 0; i < count; ++i)
                text_.add(with_gateway("worker", std::to_string(i)), (sources_.dataplane.counters[i].*row.cell).get());
        }
    }

    void drops() {
        text_.begin({Type::counter, "ropewalk_dropped_packets", "packets",
                     "packets, copies and frames that ended, by the reason and the stage where they are missing"});
        for (std::size_t reason = 0; reason < config::region::drop_reason_count; ++reason) {
            std::uint64_t sum = 0;
            for (const auto& worker : sources_.dataplane.counters) sum += worker.drops[reason].get();
            const auto& [name, stage, text] = config::region::drop_reason_texts[reason];
            text_.add(fmt::format("{},{}", gateway(), labels_of({{"reason", name}, {"stage", word_of(stage)}})), sum);
        }
    }

    void events() {
        text_.begin({Type::counter, "ropewalk_events", "", "events since control started, by kind"});
        for (std::size_t i = 0; i < events::kind_words.size(); ++i)
            text_.add(with_gateway("kind", events::kind_words[i]), sources_.told.events[i].load());
        text_.begin({Type::counter, "ropewalk_hook_left_out_events", "events",
                     "events: that events.hook was too slow for, since control started"});
        text_.add(gateway(), sources_.told.hook_left_out.load());
    }

    const Sources& sources_;
    MetricText text_;
};

}  // namespace

std::string page_of(const Sources& sources, Format format) {
    return Page(sources, format).written();
}

}  // namespace ropewalk::control::metrics
