#include "control/paths/icmp_hints.hpp"

#include "config/region/limits.hpp"

namespace ropewalk::control::paths {

using config::schema::Endpoint;

namespace {

/// Whether `quoted` is `first`, or one of the `ports` UDP ports from there on.
bool is_among(const Endpoint& quoted, const Endpoint& first, unsigned ports) {
    return quoted.address == first.address && quoted.udp_port >= first.udp_port &&
           quoted.udp_port - first.udp_port < static_cast<int>(ports);
}

}  // namespace

void IcmpHints::configure(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved) {
    targets_.clear();
    std::map<std::uint32_t, Hint> hints;
    for (const auto& tunnel : gateway.tunnels) {
        for (const auto& path : tunnel.paths) {
            const std::uint32_t slot = resolved.path_slots.at(config::snapshot::path_key(tunnel, path));
            targets_.push_back({path.local, path.peer, tunnel.shards, slot});
            if (auto known = hints_.extract(slot)) hints.insert(std::move(known));
        }
    }
    hints_ = std::move(hints);
}

void IcmpHints::run(std::span<const IcmpError> errors, std::uint64_t now_ns) {
    std::erase_if(hints_, [&](const auto& hint) { return now_ns >= hint.second.until_ns; });
    for (const IcmpError& error : errors) {
        const auto slot = path_of(error);
        if (!slot) continue;
        const std::uint64_t lasts_ns = is_too_big(error) ? too_big_lasts_ns : hint_lasts_ns;
        hints_[*slot] = {sentence_of(error), now_ns, now_ns + lasts_ns};
    }
}

std::optional<std::uint32_t> IcmpHints::path_of(const IcmpError& error) const {
    const Target* found = nullptr;
    for (const Target& target : targets_) {
        if (!is_among(error.local, target.local, target.local_ports) ||
            !is_among(error.peer, target.peer, config::region::max_shards))
            continue;
        // Several peers may stand behind one address, port by port.
        if (found == nullptr || target.peer.udp_port > found->peer.udp_port) found = &target;
    }
    return found == nullptr ? std::nullopt : std::optional(found->path_slot);
}

const IcmpHints::Hint* IcmpHints::find(std::uint32_t path_slot) const {
    const auto found = hints_.find(path_slot);
    return found == hints_.end() ? nullptr : &found->second;
}

}  // namespace ropewalk::control::paths
