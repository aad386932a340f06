#include "tests/lab/wanem/direction.hpp"

#include "tests/lab/wanem/damage.hpp"
#include "tests/lab/wanem/ip_frame.hpp"

namespace ropewalk::tests::lab::wanem {

bool Direction::is_neighbour_talk(std::span<const std::uint8_t> frame) {
    return is_neighbour_discovery(frame);
}

std::optional<DropCause> Direction::carry_neighbour_talk(Duration now, std::span<const std::uint8_t> frame) {
    ++tally_.neighbour_discovery;
    if (settings().link == LinkSettings::State::down) return DropCause::link_down;
    return held_.hold(now, frame) ? std::nullopt : std::optional(DropCause::no_memory);
}

std::optional<DropCause> Direction::hold(const Crossing& crossing, std::span<std::uint8_t> frame) {
    if (crossing.damage && damage(frame, *crossing.damage, settings().corrupt_checksum)) ++tally_.corrupted;
    if (!held_.hold(crossing.departure, frame)) return DropCause::no_memory;
    if (!crossing.copy_departure) return std::nullopt;
    ++tally_.duplicated;
    if (!held_.hold(*crossing.copy_departure, frame)) tally_.drop(DropCause::no_memory);
    return std::nullopt;
}

}  // namespace ropewalk::tests::lab::wanem
