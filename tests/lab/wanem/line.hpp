#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tests/lab/wanem/direction.hpp"
#include "tests/lab/wanem/line_settings.hpp"
#include "tests/lab/wanem/nat.hpp"
#include "tests/lab/wanem/relay.hpp"

namespace ropewalk::tests::lab::wanem {

/// An end of a line.
enum class End : std::uint8_t { near, far };

/// A whole line: both directions and what translates addresses between them. Bytes and times in, bytes and times out;
/// no clock, no socket.
class Line {
public:
    Line(const LineSettings& settings, std::uint64_t seed);

    const LineSettings& settings() const { return settings_; }
    void change(const LineSettings& settings);

    /// A frame that came in at an end. Returns an answer to be sent out there at once (ICMP), or nothing.
    std::vector<std::uint8_t> take(End at, Duration now, std::span<std::uint8_t> frame);

    /// The direction that begins at an end, and the one that ends there.
    Direction& from(End end) { return directions_[static_cast<std::size_t>(end)]; }
    Direction& to(End end) { return from(end == End::near ? End::far : End::near); }

    /// When the next frame comes out at either end.
    std::optional<Duration> next_departure() const;

private:
    bool translate(End from, std::span<std::uint8_t> frame);
    std::vector<std::uint8_t> answer_to_too_big(Direction& direction, std::span<const std::uint8_t> frame) const;

    LineSettings settings_;
    std::array<Direction, 2> directions_;  ///< by the end they begin at
    Nat nat_;
    Relay relay_;
};

}  // namespace ropewalk::tests::lab::wanem
