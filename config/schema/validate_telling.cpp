#include "config/schema/validate.hpp"
#include "config/schema/wording.hpp"

namespace ropewalk::config::schema {

void validate_telling(const Gateway& gateway, Notes& notes) {
    // 0.0.0.0 and :: stand for all addresses of the machine.
    if (const auto& listen = gateway.metrics.listen; listen && !listen->address.is_unspecified())
        validate_unicast(listen->address, "metrics.listen", notes);
    const auto& hook = gateway.events.hook;
    if (!hook.empty() && (!hook.front().starts_with('/') || hook.front().ends_with('/')))
        notes.problem("events.hook[0]", in_quotes(hook.front()), "the absolute path of a program");
}

}  // namespace ropewalk::config::schema
