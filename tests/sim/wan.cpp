#include "tests/sim/wan.hpp"

#include <algorithm>

namespace ropewalk::tests::sim {

using std::chrono::microseconds;
using tests::lab::wanem::BitsPerSecond;
using tests::lab::wanem::LinkSettings;
using tests::lab::wanem::Probability;

namespace {

constexpr std::size_t most_recorded = 48;
constexpr Time lately = 2500 * millisecond;
constexpr std::size_t ethernet = 14, v4 = 20, v6 = 40, udp = 8, copy_header = 8;

/// Bytes of the outer headers that nobody asks for delivery's sake: Ethernet and source addresses, hop limit,
/// checksums, source port, copy header. The traffic class is left alone: its ECN bits may change the inner packet.
constexpr auto harmless_v4 = std::to_array<std::size_t>({0, 7, 22, 24, 27, 34, 35, 40, 42, 43, 44, 46, 49});
constexpr auto harmless_v6 = std::to_array<std::size_t>({0, 7, 21, 22, 33, 54, 55, 60, 62, 63, 64, 66, 69});
/// Bytes of which every bit decides: Ethernet type, lengths, protocol, destination address, upper half of the port (the
/// lower may be that of another shard).
constexpr auto fatal_v4 = std::to_array<std::size_t>({12, 13, 16, 17, 23, 30, 36, 38, 39});
constexpr auto fatal_v6 = std::to_array<std::size_t>({12, 13, 18, 19, 20, 38, 56, 58, 59});

Probability percent(std::uint64_t share) {
    return {static_cast<std::uint32_t>(share * (Probability::certain / 100))};
}

bool is_v6(const Frame& frame) {
    return frame.bytes[ethernet] >> 4 == 6;
}

void apply(const Fault& fault, LinkSettings& line) {
    switch (fault.kind) {
        case FaultKind::path_down:
            line.link = LinkSettings::State::down;
            break;
        case FaultKind::path_loss:
            line.loss = percent(fault.amount);
            break;
        case FaultKind::path_burst_loss:
            line.burst_loss = {percent(10),
                               Probability{static_cast<std::uint32_t>(Probability::certain / fault.amount)}};
            break;
        case FaultKind::path_corruption:
            line.corrupt = percent(fault.amount);
            break;
        case FaultKind::path_duplication:
            line.duplicate = percent(fault.amount);
            break;
        case FaultKind::path_reordering:
            line.jitter += microseconds(fault.amount);
            line.order = LinkSettings::Order::reorder;
            break;
        case FaultKind::path_delay:
            line.delay += microseconds(fault.amount);
            break;
        case FaultKind::path_rate:
            line.rate = BitsPerSecond{fault.amount * 1000};
            break;
        case FaultKind::path_small_mtu:
            line.mtu = tests::lab::wanem::Bytes{fault.amount};
            break;
        default:
            break;
    }
}

void rewrite_source_port(Frame& frame, std::uint64_t port) {
    const std::size_t at = ethernet + (is_v6(frame) ? v6 : v4);
    frame.bytes[at] = static_cast<std::uint8_t>(port >> 8);
    frame.bytes[at + 1] = static_cast<std::uint8_t>(port);
}

}  // namespace

std::size_t sealed_at(const Frame& frame) {
    return ethernet + (is_v6(frame) ? v6 : v4) + udp + copy_header;
}

Wan::Wan(const Scenario& scenario, OnArrival on_arrival)
    : scenario_(scenario),
      on_arrival_(std::move(on_arrival)),
      records_(
          std::ranges::any_of(scenario.faults, [](const Fault& fault) { return fault.kind == FaultKind::replay; })) {
    for (std::size_t path = 0; path < scenario.paths.size(); ++path)
        for (const Side side : {Side::edge, Side::hub}) {
            const std::uint64_t seed = scenario.seed * 64 + path * side_count + index_of(side);
            const LinkSettings& line = scenario.paths[path].leaving[index_of(side)];
            directions_.push_back({line, tests::lab::wanem::LinkModel(line, seed), {}, Dice(seed, 'w'), {}});
        }
}

void Wan::apply_faults(Side from, std::uint8_t path) {
    Direction& way = direction(from, path);
    LinkSettings line = way.healthy;
    for (const Fault& fault : way.faults) apply(fault, line);
    way.model.change(line);
}

void Wan::begin(const Fault& fault) {
    direction(fault.side, fault.path).faults.push_back(fault);
    apply_faults(fault.side, fault.path);
    // What comes back is addressed to a mapping that is no more.
    if (fault.kind != FaultKind::path_rebinding) return;
    Fault back = fault;
    back.kind = FaultKind::path_down;
    direction(other(fault.side), fault.path).faults.push_back(back);
    apply_faults(other(fault.side), fault.path);
}

void Wan::end(const Fault& fault) {
    for (const Side side : {Side::edge, Side::hub}) {
        std::erase_if(direction(side, fault.path).faults, [&](const Fault& present) {
            return present.at == fault.at && present.lasts == fault.lasts && present.amount == fault.amount;
        });
        apply_faults(side, fault.path);
    }
}

void Wan::forget_recent(Time now, Side side) {
    for (std::uint8_t path = 0; path < scenario_.paths.size(); ++path)
        std::erase_if(direction(other(side), path).recorded,
                      [&](const auto& recorded) { return recorded.at + lately > now; });
}

void Wan::send(Time now, Frame frame) {
    Direction& way = direction(frame.from, frame.path);
    for (const Fault& fault : way.faults)
        if (fault.kind == FaultKind::path_rebinding) rewrite_source_port(frame, fault.amount);
    if (records_) {
        if (way.recorded.size() >= most_recorded)
            way.recorded.erase(way.recorded.begin() +
                               static_cast<std::ptrdiff_t>(way.dice.between(0, most_recorded - 1)));
        way.recorded.push_back({now, frame});
    }
    attack(now, way, frame);
    cross(now, way, std::move(frame));
}

void Wan::attack(Time now, Direction& way, const Frame& frame) {
    for (const Fault& fault : way.faults) {
        if (fault.kind == FaultKind::forgery && way.dice.percent(fault.amount))
            cross(now, way, forged(frame, way.dice));
        if (fault.kind == FaultKind::replay && way.dice.percent(fault.amount) && !way.recorded.empty())
            cross(now, way, way.recorded[way.dice.between(0, way.recorded.size() - 1)].frame);
    }
}

Frame Wan::forged(const Frame& like, Dice& dice) {
    Frame frame = like;
    frame.condition = Frame::Condition::sealed_hurt;
    // The attacker sees numbers and foretells the next ones; some are far away.
    if (dice.percent(70)) frame.sequence += dice.between(0, dice.percent(20) ? 1'000'000 : 8);
    const std::size_t at = sealed_at(frame);
    for (unsigned i = 0; i < 8; ++i) frame.bytes[at + 15 - i] = static_cast<std::uint8_t>(frame.sequence >> (8 * i));
    for (unsigned i = 0; i < 4; ++i) frame.bytes[at + 7 - i] = static_cast<std::uint8_t>(frame.sequence >> (8 * i));
    frame.bytes.back() ^= static_cast<std::uint8_t>(dice.between(1, 255));
    return frame;
}

void Wan::hurt(Frame& frame, std::uint64_t damage) {
    // A second bit could by chance mend the first.
    if (frame.condition != Frame::Condition::intact) return;
    const std::uint64_t where = damage >> 8;
    const auto flip = [&](std::size_t at) { frame.bytes[at] ^= static_cast<std::uint8_t>(1U << ((damage >> 4) & 7)); };
    switch (damage % 4) {
        case 0: {
            const auto& offsets = is_v6(frame) ? harmless_v6 : harmless_v4;
            return flip(offsets[where % offsets.size()]);
        }
        case 1: {
            const auto& offsets = is_v6(frame) ? fatal_v6 : fatal_v4;
            flip(offsets[where % offsets.size()]);
            frame.condition = Frame::Condition::headers_hurt;
            return;
        }
        default: {
            const std::size_t sealed = sealed_at(frame);
            flip(sealed + where % (frame.bytes.size() - sealed));
            frame.condition = Frame::Condition::sealed_hurt;
        }
    }
}

void Wan::cross(Time now, Direction& way, Frame frame) {
    const auto crossing =
        way.model.offer(tests::lab::wanem::Duration(now), static_cast<std::uint32_t>(frame.bytes.size()));
    if (crossing.dropped) return;
    if (crossing.damage) hurt(frame, *crossing.damage);
    if (crossing.copy_departure) on_arrival_(static_cast<Time>(crossing.copy_departure->count()), frame);
    on_arrival_(static_cast<Time>(crossing.departure.count()), std::move(frame));
}

}  // namespace ropewalk::tests::sim
