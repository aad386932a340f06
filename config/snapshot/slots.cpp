#include "config/snapshot/slots.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "config/region/fixed_text.hpp"
#include "config/region/limits.hpp"

namespace ropewalk::config::snapshot {
namespace {

/// Hands out the slots of one kind: the lowest that no name, present or past, ever had.
class Allocator {
public:
    Allocator(const char* what, std::map<std::string, std::uint32_t>& slots, std::size_t capacity)
        : what_(what), slots_(slots), taken_(capacity, false) {
        for (const auto& [name, slot] : slots) taken_.at(slot) = true;
    }

    Result<void> assign(const std::string& name) {
        if (slots_.contains(name)) return {};
        const auto free = std::find(taken_.begin(), taken_.end(), false);
        if (free == taken_.end()) {
            return fail(
                fmt::format("all {} counter slots for {}s are in use or were since ropewalk-control started, "
                            "none is left for '{}'; restart ropewalk-control to free those of removed {}s",
                            taken_.size(), what_, name, what_));
        }
        slots_.emplace(name, free - taken_.begin());
        *free = true;
        return {};
    }

private:
    const char* what_;
    std::map<std::string, std::uint32_t>& slots_;
    std::vector<bool> taken_;
};

}  // namespace

Result<void> assign_slots(const schema::Gateway& gateway, Resolved& resolved) {
    Allocator ports("port", resolved.port_slots, region::max_ports);
    Allocator tunnels("tunnel", resolved.tunnel_slots, region::max_tunnels);
    Allocator paths("path", resolved.path_slots, region::max_paths);
    Result<void> outcome;
    for (const schema::Port& port : gateway.ports) {
        if (outcome) outcome = ports.assign(port.name);
    }
    for (const schema::Tunnel& tunnel : gateway.tunnels) {
        if (outcome) outcome = tunnels.assign(tunnel.name);
        for (const schema::Path& path : tunnel.paths) {
            if (outcome) outcome = paths.assign(path_key(tunnel, path));
        }
    }
    return outcome;
}

void recover_slots(const region::View& previous, Resolved& resolved) {
    for (const region::PortRecord& port : previous.ports())
        resolved.port_slots.emplace(region::text_of(port.name), port.slot);
    for (const region::TunnelRecord& tunnel : previous.tunnels()) {
        resolved.tunnel_slots.emplace(region::text_of(tunnel.name), tunnel.slot);
        for (const region::PathRecord& path : previous.paths_of(tunnel)) {
            resolved.path_slots.emplace(fmt::format("{}/{}", region::text_of(tunnel.name), region::text_of(path.name)),
                                        path.slot);
        }
    }
}

}  // namespace ropewalk::config::snapshot
