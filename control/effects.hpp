#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "config/region/path_health.hpp"
#include "control/events/event.hpp"
#include "control/paths/path_request.hpp"
#include "control/peers/outgoing_message.hpp"
#include "control/policy/orders.hpp"
#include "control/publication/publisher.hpp"
#include "control/reload/reload_answer.hpp"

namespace ropewalk::control {

/// What a turn wants done, in this order; and what happened in it.
struct Effects {
    policy::OrderWrites orders;
    std::optional<publication::Publish> publish;
    std::vector<std::uint32_t> superseded_slots;  ///< hold keys that nobody reads there any more: to be wiped
    std::vector<peers::OutgoingMessage> messages;
    std::vector<reload::ReloadAnswer> answers;
    std::vector<paths::PathAnswer> path_answers;
    std::map<std::uint32_t, config::region::PathHealth> health;  ///< to be shown, by path slot
    events::Events events;
};

}  // namespace ropewalk::control
