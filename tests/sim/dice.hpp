#pragma once

#include <cstdint>

#include "tests/lab/wanem/random_stream.hpp"
#include "tests/sim/time.hpp"

namespace ropewalk::tests::sim {

/// One purpose's random draws: they depend on the seed and the purpose alone, so that taking one fault or one path out
/// of a run leaves the draws of everything else as they were.
class Dice {
public:
    Dice(std::uint64_t seed, std::uint64_t purpose) : stream_(seed, purpose) {}

    std::uint64_t next() { return stream_.next(); }
    /// From `low` up to and including `high`.
    std::uint64_t between(std::uint64_t low, std::uint64_t high) {
        return low + tests::lab::wanem::RandomStream::scaled(stream_.next(), high - low + 1);
    }
    bool percent(std::uint64_t chance) { return between(1, 100) <= chance; }

private:
    tests::lab::wanem::RandomStream stream_;
};

}  // namespace ropewalk::tests::sim
