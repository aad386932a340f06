#pragma once

#include <cstdint>
#include <string_view>

#include "tests/sim/side.hpp"
#include "tests/sim/time.hpp"

namespace ropewalk::tests::sim {

/// Everything that happens in a run, in order: as a hash, which two runs of one seed must share, and for people.
class Trace {
public:
    enum class Print : std::uint8_t { nothing, events };

    explicit Trace(Print print) : print_(print) {}

    /// `what` names up to three numbers: "turn: wan in, inside in, wan out".
    void note(Time now, Side side, std::string_view what, std::uint64_t a = 0, std::uint64_t b = 0,
              std::uint64_t c = 0);
    /// A line for people that adds nothing to the hash.
    void say(Time now, std::string_view line) const;
    bool prints() const { return print_ == Print::events; }

    std::uint64_t hash() const { return hash_; }
    std::uint64_t events() const { return events_; }

private:
    void mix(std::uint64_t value) { hash_ = (hash_ ^ value) * 0x9e3779b97f4a7c15 + (hash_ >> 29); }

    Print print_;
    std::uint64_t hash_ = 0xcbf29ce484222325;
    std::uint64_t events_ = 0;
};

}  // namespace ropewalk::tests::sim
