// What becomes of a tunnel when the disk has answered, and what is told of it.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "dataplane/channel/tunnel_registry.hpp"

namespace ropewalk::dataplane::channel {

void TunnelRegistry::follow_sending(const RecordAnswer& answer, Kept& kept) {
    tunnel::SequenceSpace& sequence = kept.state->sequence;
    const RecordCode before = kept.sending.code;
    kept.sending = {.code = answer.code, .ticket = 0, .waits_for_ns = answer.limit};
    if (answer.code == RecordCode::fine) {
        if (sequence.has_begun())
            sequence.extend_to(answer.limit);
        else
            sequence.begin(answer.first, answer.limit);
        if (before != RecordCode::fine && before != RecordCode::asked)
            tell(Notice::Kind::over, fmt::format("tunnel {}: its sequence numbers are recorded, it sends", kept.name));
    } else if (before != answer.code) {
        tell(Notice::Kind::trouble,
             sequence.has_begun()
                 ? fmt::format(
                       "tunnel {}: its sequence numbers could not be recorded, it stops sending when those recorded "
                       "are used up: {}",
                       kept.name, answer.why)
                 : fmt::format("tunnel {} sends nothing: {}", kept.name, answer.why));
    }
}

void TunnelRegistry::follow_receiving(const RecordAnswer& answer, Kept& kept) {
    const RecordCode before = kept.receiving.code;
    // Where the disk says nothing, the memory of this boot speaks.
    const bool is_known = answer.code == RecordCode::fine || kept.received != 0;
    kept.receiving = {.code = is_known ? RecordCode::fine : answer.code, .ticket = 0};
    if (!is_known) {
        if (before != answer.code)
            tell(Notice::Kind::trouble, fmt::format("tunnel {} receives nothing: {}", kept.name, answer.why));
        return;
    }
    if (answer.received == std::nullopt && kept.received == 0)
        tell(
            Notice::Kind::warning,
            fmt::format("tunnel {}: there is no record, on disk or in memory, of what was received under its key. That "
                        "is right for a new key. If this key was used before, packets that somebody recorded can be "
                        "delivered once more: make a new key on both gateways (ropewalk genkey)",
                        kept.name));
    kept.received_recorded = answer.received;
    kept.received = std::max(kept.received, answer.received.value_or(0));
    kept.state->window.start_above(kept.received);
    if (before != RecordCode::asked)
        tell(Notice::Kind::over, fmt::format("tunnel {}: it is known how far it received, it receives", kept.name));
}

void TunnelRegistry::follow_recorded(const ReceivedAnswer& answer) {
    if (answer.recorded) {
        std::map<std::uint64_t, std::uint64_t> recorded;
        for (const Received& number : answer.numbers) recorded[number.key_id] = number.newest;
        for (auto& [keys, kept] : states_)
            if (const auto number = recorded.find(keys.rx); number != recorded.end())
                kept.received_recorded = number->second;
        if (!received_recorded_) tell(Notice::Kind::over, "how far tunnels received is recorded again");
    } else if (received_recorded_) {
        tell(Notice::Kind::trouble,
             fmt::format("how far tunnels received could not be recorded; what is delivered from now on could be "
                         "delivered once more after a reboot: {}",
                         answer.recorded.error().message));
    }
    received_recorded_ = answer.recorded;
}

}  // namespace ropewalk::dataplane::channel
