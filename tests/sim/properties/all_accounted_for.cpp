#include "tests/sim/properties/all_accounted_for.hpp"

#include <fmt/format.h>

#include "config/region/drop_reasons.hpp"

namespace ropewalk::tests::sim::properties {

using config::region::drop_reason_texts;
using config::region::DropStage;

namespace {

constexpr std::array equation_names = {"inside_rx", "wan_tx", "wan_tx by path", "wan_rx", "inside_tx", "path rx"};
/// A simulated gateway has one tunnel and few ports and paths, numbered from 0.
constexpr std::size_t slots_in_use = 4;

std::int64_t dropped_in(DropStage stage, const config::region::WorkerCounters& counters) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < drop_reason_texts.size(); ++i)
        if (drop_reason_texts[i].stage == stage) sum += counters.drops[i].get();
    return static_cast<std::int64_t>(sum);
}

}  // namespace

void AllAccountedFor::on_turn(const Turn& turn) {
    Books& books = books_[index_of(turn.side)];
    books.inside_in += turn.traffic.inside_in.size();
    books.inside_out += turn.traffic.inside_out.size();
    books.wan_in += turn.traffic.wan_in.size();
    books.wan_out += turn.traffic.wan_out.size();
    books.wan_refused += turn.traffic.wan_refused;

    const auto& counters = turn.machine.section().counters[0];
    const auto& tunnel = counters.tunnels[0];
    std::uint64_t copies = 0, not_taken = 0, unexplained = 0;
    for (std::size_t i = 0; i < slots_in_use; ++i) {
        const auto& path = counters.paths[i];
        copies += path.tx_copies.get();
        not_taken += path.tx_dropped.get();
        const std::uint64_t explained = path.rx_first.get() + path.rx_duplicate.get() + path.rx_refused.get();
        if (explained > path.rx_copies.get()) unexplained += explained - path.rx_copies.get();
    }
    const auto value = [](std::uint64_t amount) { return static_cast<std::int64_t>(amount); };
    const std::array<std::int64_t, equations> difference = {
        value(books.inside_in + tunnel.injected_packets.get()) - value(tunnel.sealed_packets.get()) -
            dropped_in(DropStage::inside_rx, counters),
        value(copies) - value(books.wan_out) - dropped_in(DropStage::wan_tx, counters),
        value(not_taken) - value(books.wan_refused),
        value(books.wan_in) - value(tunnel.delivered_packets.get() + tunnel.punted_packets.get()) -
            dropped_in(DropStage::wan_rx, counters),
        value(tunnel.delivered_packets.get() + tunnel.icmp_sent.get()) - value(books.inside_out) -
            dropped_in(DropStage::inside_tx, counters),
        value(unexplained)};
    for (std::size_t i = 0; i < equations && !turn.died; ++i)
        if (difference[i] != books.difference[i])
            violate(fmt::format("{}: the equation of {} is off by {}", name_of(turn.side), equation_names[i],
                                difference[i] - books.difference[i]));
    books.difference = difference;
}

}  // namespace ropewalk::tests::sim::properties
