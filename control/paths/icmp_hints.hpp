#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"
#include "control/paths/icmp_error.hpp"

namespace ropewalk::control::paths {

/// What ICMP errors say of each path, for as long as they come. Hints for people: they never change what a path is used
/// for. Pure.
class IcmpHints {
public:
    /// A router says the same about once a second.
    static constexpr std::uint64_t hint_lasts_ns = 10'000'000'000;
    /// Who is told of an MTU does not ask again before the kernel forgets it, which takes ten minutes.
    static constexpr std::uint64_t too_big_lasts_ns = 900'000'000'000;

    /// Follows a configuration; what is known of a path stays.
    void configure(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved);

    /// Takes the errors that came, and forgets those that are over.
    void run(std::span<const IcmpError> errors, std::uint64_t now_ns);

    struct Hint {
        std::string sentence;
        std::uint64_t said_ns, until_ns;  ///< CLOCK_MONOTONIC
    };
    /// Of the newest error about the path in a slot; null: none.
    const Hint* find(std::uint32_t path_slot) const;

private:
    /// A path by what errors quote.
    struct Target {
        config::schema::Endpoint local, peer;
        unsigned local_ports;  ///< from the local one on
        std::uint32_t path_slot;
    };
    std::optional<std::uint32_t> path_of(const IcmpError& error) const;

    std::vector<Target> targets_;
    std::map<std::uint32_t, Hint> hints_;  ///< by path slot
};

}  // namespace ropewalk::control::paths
