#pragma once

#include <cstdint>
#include <map>
#include <span>

#include "control/paths/health_table.hpp"
#include "control/policy/drains.hpp"

namespace ropewalk::control::policy {

/// Says which tunnels need their metered paths: those of which no other path is well. Workers do not wait for it: where
/// no other path is fit they take an idle one at once. Here its probes become as frequent as the others' and it proves
/// itself. Pure.
class MeteredPaths {
public:
    /// As long as no other is well, or one is again, before that counts.
    static constexpr std::uint64_t needed_after_ns = 500'000'000, idle_after_ns = 3'000'000'000;

    /// To be called in every turn.
    void run(const Drains& drains, std::uint64_t now_ns, paths::HealthTable& health);

private:
    using Entry = paths::HealthTable::Entry;
    struct Tunnel {
        bool are_needed = false;
        std::uint64_t otherwise_since_ns = 0;  ///< 0: it is as it should be
    };
    static bool is_well(const Entry& entry, const Drains& drains);
    void judge(std::span<const Entry> of_tunnel, const Drains& drains, std::uint64_t now_ns,
               paths::HealthTable& health);

    std::map<std::uint32_t, Tunnel> tunnels_;  ///< by slot
};

}  // namespace ropewalk::control::policy
