#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "config/region/path_health.hpp"
#include "config/region/spsc_ring.hpp"
#include "control/paths/icmp_error.hpp"
#include "control/paths/path_look.hpp"
#include "control/paths/path_request.hpp"
#include "control/paths/path_sights.hpp"
#include "control/paths/path_table.hpp"
#include "control/peers/numbers_behind.hpp"
#include "control/policy/orders.hpp"
#include "control/publication/dataplane_facts.hpp"
#include "control/publication/publisher.hpp"
#include "control/reload/reload_request.hpp"

namespace ropewalk::control {

/// What an earlier control left in shared memory.
struct Legacy {
    publication::PublishedSnapshots snapshots;
    policy::OrderWrites orders;                                  ///< of every slot that the snapshot names
    std::map<std::uint32_t, config::region::PathHealth> health;  ///< by path slot, of the same
};

/// What control's kernel side saw since the turn before.
struct Facts {
    publication::DataplaneFacts dataplane;
    std::vector<config::region::Message> messages;  ///< that workers punted
    std::size_t inject_room = 0;                    ///< messages that worker 0 has room for
    std::vector<paths::NextHopFact> next_hops;      ///< of all paths, in turns in which the kernel was asked
    std::uint64_t heard_until_ns = 0;               ///< up to when workers can have heard something; 0: none run
    std::vector<paths::PathLook> path_looks;        ///< of all paths, while a dataplane runs
    std::optional<paths::PathSights> path_sights;   ///< in turns in which workers' cells were looked at
    /// In the same turns, by tunnel slot: where such a copy has come.
    std::map<std::uint32_t, peers::BehindSight> numbers_behind;
    /// In the same turns, by tunnel slot: packets of users sealed so far.
    std::map<std::uint32_t, std::uint64_t> user_packets;
    std::vector<paths::IcmpError> icmp_errors;  ///< that quote copies of ours
    std::vector<reload::ReloadRequest> reloads;
    std::vector<paths::PathRequest> path_requests;
};

}  // namespace ropewalk::control
