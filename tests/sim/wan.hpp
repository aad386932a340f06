#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "tests/lab/wanem/link_model.hpp"
#include "tests/sim/dice.hpp"
#include "tests/sim/frame.hpp"
#include "tests/sim/scenario.hpp"

namespace ropewalk::tests::sim {

/// All paths, both directions: the emulator's model of a line, what faults do to it at present, and an attacker who
/// records and forges.
class Wan {
public:
    /// Told of every frame that will arrive, and when.
    using OnArrival = std::function<void(Time at, Frame frame)>;

    Wan(const Scenario& scenario, OnArrival on_arrival);

    /// A frame leaves a gateway.
    void send(Time now, Frame frame);

    void begin(const Fault& fault);
    void end(const Fault& fault);
    /// The attacker forgets what he recorded on the way to `side` lately. A replay of what was delivered in the last
    /// second before a power failure is the one that docs/security.md admits.
    void forget_recent(Time now, Side side);

private:
    /// One direction of one path.
    struct Direction {
        tests::lab::wanem::LinkSettings healthy;
        tests::lab::wanem::LinkModel model;
        std::vector<Fault> faults;
        Dice dice;
        struct Recorded {
            Time at;
            Frame frame;
        };
        std::deque<Recorded> recorded;
    };

    Direction& direction(Side from, std::uint8_t path) { return directions_[path * side_count + index_of(from)]; }
    void apply_faults(Side from, std::uint8_t path);
    void cross(Time now, Direction& direction, Frame frame);
    void attack(Time now, Direction& direction, const Frame& frame);
    static Frame forged(const Frame& like, Dice& dice);
    static void hurt(Frame& frame, std::uint64_t damage);

    const Scenario& scenario_;
    OnArrival on_arrival_;
    bool records_;  ///< somebody will replay
    std::vector<Direction> directions_;
};

/// Where a sealed packet begins in a frame of the wire `ropewalk`.
std::size_t sealed_at(const Frame& frame);

}  // namespace ropewalk::tests::sim
