#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "config/region/path_health.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"
#include "control/events/event.hpp"
#include "control/paths/path_request.hpp"

namespace ropewalk::control::policy {

/// Paths that an operator has taken out of use for traffic. Pure.
class Drains {
public:
    /// As an earlier control left it, by path slot.
    void take_over(const std::map<std::uint32_t, config::region::PathHealth>& health);
    /// Paths that are no longer configured are forgotten.
    void configure(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved);

    /// Appends PathDrained or PathUsed where something changes. The last path of a tunnel is not drained: nothing would
    /// carry its traffic.
    paths::PathAnswer ask(const paths::PathRequest& request, const config::schema::Gateway& gateway,
                          const config::snapshot::Resolved& resolved, events::Events& events);

    bool is_drained(std::uint32_t path_slot) const { return slots_.contains(path_slot); }
    /// Another number whenever something of it is other.
    std::uint64_t version() const { return version_; }

private:
    std::set<std::uint32_t> slots_;
    std::uint64_t version_ = 0;
};

}  // namespace ropewalk::control::policy
