#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"
#include "control/events/event.hpp"
#include "control/paths/health_table.hpp"
#include "control/paths/metered_path.hpp"
#include "control/policy/drains.hpp"

namespace ropewalk::control::policy {

/// What paths that cost by the byte are wanted for: at once for all when no other path of their tunnel is fit, and idle
/// again when others were for a while. Pure.
class MeteredPaths {
public:
    /// For so long others must have been fit.
    static constexpr std::uint64_t calm_of_others_ns = 3'000'000'000;

    /// Follows a configuration; what a path was needed for last stays.
    void configure(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved);

    /// To be called in every turn, before health is judged anew. Appends MeteredPathNeeded and MeteredPathIdle.
    void run(const paths::HealthTable& health, const Drains& drains, std::uint64_t now_ns, events::Events& events);

    std::span<const paths::MeteredPath> paths() const { return paths_; }

private:
    using Slots = std::vector<std::uint32_t>;

    struct Needs {
        Slots others;                          ///< paths of its tunnel that are not metered
        std::vector<Slots> preferred;          ///< the same, of each class that may use it: those that go before it
        std::uint64_t needed_ns = 0;           ///< when none of `others` was fit, the last time
        std::uint64_t needed_by_class_ns = 0;  ///< when none was that some class prefers
    };
    static Needs needs_of(const config::schema::Tunnel& tunnel, const config::schema::Path& path,
                          const config::snapshot::Resolved& resolved);

    std::vector<paths::MeteredPath> paths_;
    std::vector<Needs> needs_;  ///< beside paths_
};

}  // namespace ropewalk::control::policy
