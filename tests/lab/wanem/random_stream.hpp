#pragma once

#include <cstdint>

#include "tests/lab/wanem/probability.hpp"

namespace ropewalk::tests::lab::wanem {

/// Numbers that depend on the seed and the name of their purpose alone (SplitMix64: Steele, Lea and Flood, "Fast
/// splittable pseudorandom number generators", 2014). Each purpose draws from its own stream, so that switching one
/// feature on does not change what another one does to the same frames.
class RandomStream {
public:
    RandomStream(std::uint64_t seed, std::uint64_t purpose)
        : state_(mixed(seed) ^ mixed(purpose * 0x632be59bd9b4e019ULL)) {}

    std::uint64_t next() { return mixed(state_ += step); }

    /// The number at a place of the stream, whatever was drawn before.
    std::uint64_t at(std::uint64_t place) const { return mixed(state_ ^ mixed(place + 1)); }

    bool happens(Probability probability) { return falls_within(next(), probability); }

    /// 0 up to and not including `end`, from a number of the stream.
    static std::uint64_t scaled(std::uint64_t number, std::uint64_t end) {
        return static_cast<std::uint64_t>((static_cast<unsigned __int128>(number) * end) >> 64);
    }

    static bool falls_within(std::uint64_t number, Probability probability) {
        return scaled(number, Probability::certain) < probability.parts_per_billion;
    }

private:
    static constexpr std::uint64_t step = 0x9e3779b97f4a7c15ULL;

    static std::uint64_t mixed(std::uint64_t value) {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
        value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
        return value ^ (value >> 31);
    }

    std::uint64_t state_;
};

}  // namespace ropewalk::tests::lab::wanem
