#include "tests/sim/properties/service_returns.hpp"

#include <fmt/format.h>

namespace ropewalk::tests::sim::properties {

namespace {

/// `ropewalk show paths` calls a path up when something authentic came by it within this time.
constexpr Time path_alive = 1500 * millisecond;

}  // namespace

void ServiceReturns::on_end(const End& end) {
    for (const Side side : {Side::edge, Side::hub}) {
        check_machine(end, side);
        check_traffic(end, side);
    }
}

void ServiceReturns::check_traffic(const End& end, Side from) {
    for (const auto& user : end.ledger.users(from))
        if (user.packet.kind == UserPacket::Kind::ordinary && user.packet.at >= end.scenario.service_back() &&
            user.delivered == 0)
            return violate(fmt::format("packet {} of {}'s users, sent {:.3f} s after the last fault, was not delivered",
                                       user.packet.number, name_of(from),
                                       static_cast<double>(user.packet.at - end.scenario.faults_end) / second));
}

void ServiceReturns::check_machine(const End& end, Side side) {
    const Machine& machine = *end.machines[index_of(side)];
    if (machine.control() == nullptr || machine.dataplane() == nullptr)
        return violate(fmt::format("{} does not run", name_of(side)));
    if (machine.dataplane()->generation() != machine.control()->generation() ||
        machine.section().workers[0].acknowledged_generation.load() != machine.control()->generation())
        violate(fmt::format("{} published generation {}, its dataplane has {}", name_of(side),
                            machine.control()->generation(), machine.dataplane()->generation()));
    for (std::uint32_t path = 0; path < end.scenario.paths.size(); ++path)
        if (end.scenario.path_in_use[path]) check_path(end, side, path);
}

void ServiceReturns::check_path(const End& end, Side side, std::uint32_t path) {
    const Machine& machine = *end.machines[index_of(side)];
    const std::uint64_t last = machine.section().signals[0][path].heard_ns.get();
    if (machine.monotonic_ns(end.now) - last > path_alive)
        violate(fmt::format("{} heard nothing on path {} at the end", name_of(side), path + 1));
    const auto* const entry = machine.control()->turn().health().find(path);
    const bool is_held_down = entry != nullptr && entry->health.hold_down_until_ns() > machine.monotonic_ns(end.now);
    if (entry == nullptr || (!control::paths::is_fit(entry->health.state()) && !is_held_down))
        violate(fmt::format("{} takes path {} for {} at the end: {}", name_of(side), path + 1,
                            entry == nullptr ? "none" : control::paths::word_of(entry->health.state()),
                            entry == nullptr ? "" : control::paths::sentence_of(entry->health.reason())));
    const auto* const peer = machine.control()->peers().find(machine.control()->tunnel_slot(), path);
    if (peer == nullptr || peer->hello.life_uuid != end.machines[index_of(other(side))]->life())
        violate(fmt::format("{} does not know the present life of its peer on path {}", name_of(side), path + 1));
}

}  // namespace ropewalk::tests::sim::properties
