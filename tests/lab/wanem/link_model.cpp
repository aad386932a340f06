#include "tests/lab/wanem/link_model.hpp"

#include <algorithm>

namespace ropewalk::tests::lab::wanem {
namespace {

Crossing dropped_for(DropCause cause) {
    Crossing crossing;
    crossing.dropped = cause;
    return crossing;
}

}  // namespace

LinkModel::LinkModel(const LinkSettings& settings, std::uint64_t seed)
    : settings_(settings),
      loss_(seed),
      damage_(seed, 'c'),
      duplicate_(seed, 'd'),
      jitter_(seed, 'j'),
      copy_jitter_(seed, 'k'),
      held_jitter_(seed, 'h') {}

Crossing LinkModel::offer(Duration now, std::uint32_t frame_bytes) {
    const std::optional<DropCause> lost = loss_.fate(settings_);
    const bool is_damaged = damage_.happens(settings_.corrupt);
    const std::uint64_t damaged_bit = damage_.next();
    const bool is_duplicated = duplicate_.happens(settings_.duplicate);
    const Duration jitter = jitter_of(now, jitter_), copy_jitter = jitter_of(now, copy_jitter_);

    if (settings_.link == LinkSettings::State::down) return dropped_for(DropCause::link_down);
    if (settings_.mtu && frame_bytes > settings_.mtu->count + ethernet_header) return dropped_for(DropCause::too_big);
    const std::optional<Duration> left = bottleneck_.accept(now, frame_bytes, settings_);
    if (!left) return dropped_for(settings_.policer ? DropCause::policed : DropCause::queue_full);
    if (lost) return dropped_for(*lost);

    Crossing crossing;
    crossing.departure = departure_of(*left, jitter);
    if (is_duplicated) crossing.copy_departure = departure_of(*left, copy_jitter);
    if (is_damaged) crossing.damage = damaged_bit;
    return crossing;
}

Duration LinkModel::jitter_of(Duration now, RandomStream& stream) const {
    const std::uint64_t own = stream.next();
    const bool holds = settings_.jitter_hold > Duration::zero();
    const std::uint64_t number = holds ? held_jitter_.at(static_cast<std::uint64_t>(now / settings_.jitter_hold)) : own;
    const auto end = static_cast<std::uint64_t>(settings_.jitter.count()) + 1;
    return Duration(static_cast<Duration::rep>(RandomStream::scaled(number, end)));
}

Duration LinkModel::departure_of(Duration left_bottleneck, Duration jitter) {
    Duration departure = left_bottleneck + settings_.delay + jitter;
    if (settings_.order == LinkSettings::Order::keep) departure = std::max(departure, last_departure_);
    last_departure_ = std::max(departure, last_departure_);
    return departure;
}

}  // namespace ropewalk::tests::lab::wanem
