#include "perf/linerate/measurement.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "config/region/inner_mtu.hpp"
#include "perf/fixture/series.hpp"
#include "perf/linerate/search/binary_search.hpp"

namespace ropewalk::perf::linerate {

using search::Goal;
using search::SearchLimits;
using search::TrialPlan;
using search::TrialResult;

namespace {

constexpr unsigned receive_rate_trials = 5;
constexpr unsigned attempts_at_a_trial = 3;
/// Beyond what comes through at full load, so that the searches find their upper bound.
constexpr double above_receive_rate = 1.25;
constexpr double lowest_share = 0.001;
constexpr double partial_loss = 0.005;
/// RFC 2544 and RFC 9971: half the trials at a load may fail before the load does.
constexpr double exceed_ratio = 0.5;
constexpr double rfc2544_trial_seconds = 60, mlr_trial_seconds = 1;
constexpr std::array latency_shares{0.1, 0.5, 0.9};
constexpr std::uint16_t packets_of_a_burst = 60;
/// What a packet buffer holds beside Ethernet.
constexpr std::uint16_t largest_on_ports = 2000;

Result<fixture::PacketMix> mix_of(const Options& options, const std::string& size) {
    if (size == "imix") return fixture::PacketMix::imix(packets_of_a_burst);
    using config::Family;
    const std::uint16_t smallest = Frames::smallest(options.family);
    const std::uint16_t largest = options.topology.kind == TopologyKind::ports
                                      ? largest_on_ports
                                      : config::region::inner_mtu_for(1500, Family::ipv4, config::Wire::ropewalk);
    std::uint16_t bytes = 0;
    const auto [rest, error] = std::from_chars(size.data(), size.data() + size.size(), bytes);
    if (error != std::errc{} || rest != size.data() + size.size() || bytes < smallest || bytes > largest)
        return fail(fmt::format("size '{}': allowed are imix and {} to {}, the bytes of an IP packet", size, smallest,
                                largest));
    return fixture::PacketMix::fixed(bytes, 1);
}

/// Makes the trials of one row and keeps its books.
class RowMeasurement {
public:
    RowMeasurement(const Options& options, const Topology& topology, const std::string& size,
                   const fixture::PacketMix& mix, const Progress& progress)
        : options_(options),
          runner_(topology, {mix, options.family, Direction::forward, options.flows, {}}, options.clock),
          progress_(progress) {
        row_.size = size;
        row_.mean_bytes = mix.mean_size();
        if (const auto line = topology.line_bps())
            row_.line_pps = *line / ((row_.mean_bytes + line_overhead_bytes) * 8);
    }

    Result<Row> measure(double rate_pps);

private:
    /// Made again when the generator was held up: that is no fault of what is measured.
    Result<TrialOutcome> trial(const TrialPlan& plan);
    void note(const TrialOutcome& outcome);
    Result<double> find_receive_rate(double rate_pps);
    Result<void> search_by_mlr(double highest);
    Result<void> search_by_rfc2544(double highest);
    Result<void> measure_latency();
    Result<void> measure_load(double pps, double seconds, double window);

    const Options& options_;
    TrialRunner runner_;
    const Progress& progress_;
    Row row_{};
    double seconds_lost_ = 0;  ///< in trials that were made again
};

Result<TrialOutcome> RowMeasurement::trial(const TrialPlan& plan) {
    for (unsigned attempt = 1;; ++attempt) {
        auto outcome = runner_.run(plan);
        if (!outcome) return outcome;
        note(*outcome);
        if (!outcome->generator_was_late() || attempt == attempts_at_a_trial) return outcome;
        seconds_lost_ += plan.seconds;
    }
}

void RowMeasurement::note(const TrialOutcome& outcome) {
    ++row_.trials;
    if (outcome.generator_was_late()) ++row_.late_trials;
    row_.counts += outcome.counts;
    row_.seconds += outcome.seconds;
    row_.held += outcome.held;
    for (const auto& step : outcome.ledger.steps())
        for (const auto& part : step.out)
            if (part.fate == Ledger::Fate::dropped && part.packets != 0) row_.drops[part.name] += part.packets;
    progress_(row_.size, outcome);
}

Result<double> RowMeasurement::find_receive_rate(double rate_pps) {
    std::vector<double> rates;
    for (unsigned i = 0; i < receive_rate_trials; ++i) {
        const auto outcome = trial({rate_pps, options_.mrr_seconds});
        if (!outcome) return tl::make_unexpected(outcome.error());
        rates.push_back(outcome->delivered_pps());
    }
    const auto [min, max] = std::ranges::minmax(rates);
    row_.receive_rate = {fixture::median_of(rates), min, max};
    return max;
}

Result<void> RowMeasurement::search_by_mlr(double highest) {
    const double seconds = options_.trial_seconds == 0 ? mlr_trial_seconds : options_.trial_seconds;
    const auto goal = [&](const char* name, double loss) {
        return Goal{name,
                    loss,
                    std::min(options_.initial_trial_seconds, seconds),
                    seconds,
                    options_.sum_seconds,
                    exceed_ratio,
                    options_.relative_width};
    };
    // The one that chance disturbs less comes first.
    search::MlrSearch search({goal("pdr", partial_loss), goal("ndr", 0)},
                             {lowest_share * highest, highest, options_.limit_seconds});
    while (const auto plan = search.next()) {
        const auto outcome = trial(*plan);
        if (!outcome) return tl::make_unexpected(outcome.error());
        search.add(outcome->result);
        search.lose(std::exchange(seconds_lost_, 0));
    }
    row_.goals = search.outcomes();
    return measure_latency();
}

Result<void> RowMeasurement::search_by_rfc2544(double highest) {
    const double seconds = options_.trial_seconds == 0 ? rfc2544_trial_seconds : options_.trial_seconds;
    search::BinarySearch search({lowest_share * highest, highest, std::numeric_limits<double>::infinity()}, seconds,
                                options_.relative_width);
    while (const auto plan = search.next()) {
        const auto outcome = trial(*plan);
        if (!outcome) return tl::make_unexpected(outcome.error());
        search.add(outcome->result);
    }
    row_.goals = {search.outcome()};
    return {};
}

Result<void> RowMeasurement::measure_latency() {
    const auto& pdr = row_.goals.front();
    if (!pdr.lower_pps) return {};
    for (const double share : latency_shares) {
        auto outcome = trial({share * *pdr.lower_pps, options_.latency_seconds});
        if (!outcome) return tl::make_unexpected(outcome.error());
        row_.loads.push_back({share, std::move(*outcome)});
    }
    return {};
}

Result<void> RowMeasurement::measure_load(double pps, double seconds, double window) {
    for (double left = seconds; left > 1e-6; left -= window) {
        auto outcome = trial({pps, std::min(window, left)});
        if (!outcome) return tl::make_unexpected(outcome.error());
        row_.loads.push_back({0, std::move(*outcome)});
    }
    return {};
}

Result<Row> RowMeasurement::measure(double rate_pps) {
    const auto warm = runner_.warm_up({rate_pps, 0.05});
    if (!warm) return tl::make_unexpected(warm.error());
    note(*warm);
    Result<void> done;
    switch (options_.method) {
        case Method::trial: {
            const double seconds = options_.seconds == 0 ? 1 : options_.seconds;
            done = measure_load(rate_pps, seconds, seconds);
            break;
        }
        case Method::soak: {
            Result<double> highest = rate_pps / options_.share;
            if (std::isinf(rate_pps)) highest = find_receive_rate(rate_pps);
            if (!highest) return tl::make_unexpected(highest.error());
            done = measure_load(options_.share * *highest, options_.seconds == 0 ? 60 : options_.seconds,
                                options_.window_seconds);
            break;
        }
        default: {
            const auto received = find_receive_rate(rate_pps);
            if (!received) return tl::make_unexpected(received.error());
            const double highest = std::isinf(rate_pps) ? above_receive_rate * *received : rate_pps;
            if (options_.method == Method::mlr) done = search_by_mlr(highest);
            if (options_.method == Method::rfc2544) done = search_by_rfc2544(highest);
        }
    }
    if (!done) return tl::make_unexpected(done.error());
    return std::move(row_);
}

}  // namespace

Result<Row> measure(const Options& options, const Topology& topology, const std::string& size,
                    const Progress& progress) {
    const auto mix = mix_of(options, size);
    if (!mix) return tl::make_unexpected(mix.error());
    auto rate = options.rate.in_pps(mix->mean_size(), topology.line_bps());
    if (!rate) return tl::make_unexpected(rate.error());
    if (const auto line = topology.line_bps(); line && std::isinf(*rate))
        rate = Rate{Rate::Unit::share_of_line, 1}.in_pps(mix->mean_size(), line);
    return RowMeasurement(options, topology, size, *mix, progress).measure(*rate);
}

}  // namespace ropewalk::perf::linerate
