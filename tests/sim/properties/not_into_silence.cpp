#include "tests/sim/properties/not_into_silence.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "config/region/drop_reasons.hpp"
#include "tests/sim/machine.hpp"

namespace ropewalk::tests::sim::properties {

using config::region::PathUse;

namespace {

/// Paths of simulated gateways have the first slots.
constexpr std::uint32_t slots_in_use = 4;
/// Three probes, a turn of control, and what workers stand still for. Without control four of them.
constexpr Time long_silence = 500 * millisecond;
constexpr Time just_now = 100 * millisecond;

Time silence_of(const Machine& machine, std::uint32_t path, Time now) {
    const std::uint64_t heard_ns = machine.section().signals[0][path].heard_ns.get();
    const std::uint64_t now_ns = machine.monotonic_ns(now);
    return heard_ns >= now_ns ? 0 : now_ns - heard_ns;
}

std::uint64_t missing_copies(const Machine& machine) {
    std::uint64_t missing = 0;
    for (std::size_t i = 0; i < config::region::drop_reason_texts.size(); ++i) {
        const auto stage = config::region::drop_reason_texts[i].stage;
        if (stage == config::region::DropStage::copy || stage == config::region::DropStage::wan_tx)
            missing += machine.section().counters[0].drops[i].get();
    }
    return missing;
}

bool carries(const Machine& machine, std::uint32_t path) {
    const PathUse use = machine.control_section().path_orders[path].load().use;
    return use != PathUse::none && use != PathUse::drain;
}

}  // namespace

void NotIntoSilence::on_sealed(const Frame& frame, const Ledger::Noted& noted, const Machine&) {
    if (noted.sealed->user_packet) sent_[index_of(frame.from)][frame.sequence] |= 1U << frame.path;
}

void NotIntoSilence::on_turn(const Turn& turn) {
    auto& sent = sent_[index_of(turn.side)];
    std::optional<Time>& began = began_[index_of(turn.side)];
    if (!began) began = turn.now;
    const Time listened = turn.now - *began;
    std::uint32_t silent = 0, heard = 0;
    for (std::uint32_t path = 0; path < slots_in_use; ++path) {
        const Time silence = silence_of(turn.machine, path, turn.now);
        silent |= std::uint32_t{std::min(silence, listened) > long_silence} << path;
        heard |= std::uint32_t{silence < just_now && carries(turn.machine, path)} << path;
    }
    // Copies that were not made, or not taken by a port, were seen by nobody.
    const std::uint64_t missed = missing_copies(turn.machine);
    const bool all_left = std::exchange(missed_[index_of(turn.side)], missed) == missed;
    for (const auto& [sequence, paths] : sent)
        if ((paths & ~silent) == 0 && heard != 0 && !turn.died && all_left)
            violate(fmt::format("{} sent {} by paths {:#b} alone, which are silent, while {:#b} are heard",
                                name_of(turn.side), sequence, paths, heard));
    sent.clear();
    judge_drops(turn);
}

void NotIntoSilence::judge_drops(const Turn& turn) {
    constexpr auto no_path = static_cast<std::size_t>(config::region::DropReason::no_path);
    const std::uint64_t dropped = turn.machine.section().counters[0].drops[no_path].get();
    std::uint64_t& before = dropped_[index_of(turn.side)];
    // Every class of a simulated gateway has all paths.
    for (std::uint32_t path = 0; path < slots_in_use; ++path)
        if (dropped > before && carries(turn.machine, path))
            violate(fmt::format("{} dropped {} packets as no_path, and path {} could carry them", name_of(turn.side),
                                dropped - before, path + 1));
    before = dropped;
}

void NotIntoSilence::on_dataplane_ended(Side side, const Machine&) {
    sent_[index_of(side)].clear();
    began_[index_of(side)].reset();
}

}  // namespace ropewalk::tests::sim::properties
