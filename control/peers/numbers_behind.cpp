#include "control/peers/numbers_behind.hpp"

#include <fmt/format.h>

namespace ropewalk::control::peers {

namespace {

std::string sentence_of(std::uint64_t numbers) {
    return fmt::format(
        "copies come whose numbers are {} s of the peer's clock behind those received, and are dropped as too_old: "
        "either that clock was set back by about so much, or more, before the peer's ropewalk-dataplane started, or "
        "somebody replays old packets; set the peer's clock right and restart its ropewalk-dataplane, or, if it is "
        "right and was ahead before, make a new key on both gateways",
        numbers / 1'000'000'000);
}

}  // namespace

void NumbersBehind::run(const std::map<std::uint32_t, BehindSight>& seen, std::uint64_t now_ns,
                        events::Events& events) {
    std::erase_if(entries_, [&](const auto& entry) { return !seen.contains(entry.first); });
    for (const auto& [slot, sight] : seen) {
        if (sight.seen_ns != 0 && sight.numbers >= least_numbers) {
            Entry& entry = entries_[slot];
            entry.last_ns = sight.seen_ns;
            entry.numbers = sight.numbers;
        }
        const auto found = entries_.find(slot);
        if (found == entries_.end()) continue;
        Entry& entry = found->second;
        if (now_ns >= entry.last_ns + behind_lasts_ns) entry.last_ns = 0;
        // How far is in the line, and no news by itself.
        if (!entry.log.is_news(entry.last_ns == 0 ? "" : "behind", now_ns)) continue;
        if (entry.last_ns == 0)
            events.push_back({slot, events::Event::none, events::PeerNumbersGood{}});
        else
            events.push_back({slot, events::Event::none, events::PeerNumbersBehind{sentence_of(entry.numbers)}});
    }
}

std::string NumbersBehind::trouble(std::uint32_t tunnel_slot) const {
    const auto found = entries_.find(tunnel_slot);
    if (found == entries_.end() || found->second.log.told().empty()) return {};
    return sentence_of(found->second.numbers);
}

}  // namespace ropewalk::control::peers
