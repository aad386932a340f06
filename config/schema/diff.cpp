#include "config/schema/diff.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "config/codes.hpp"

namespace ropewalk::config::schema {
namespace {

using Effect = Change::Effect;

std::string text_of(const std::string& value) {
    return value;
}
std::string text_of(std::uint64_t value) {
    return std::to_string(value);
}

template <class Value>
requires requires(const Value& value) {
    to_string(value);
}
std::string text_of(const Value& value) {
    return to_string(value);
}

template <class Enum>
requires(words<Enum>.size() > 0) std::string text_of(Enum value) {
    return std::string(word_of(value));
}

std::string text_of(const PortRange& range) {
    return fmt::format("{}-{}", range.first, range.last);
}

template <class Value>
std::string text_of(const std::optional<Value>& value) {
    return value ? text_of(*value) : "";
}

template <class Value>
std::string text_of(const std::vector<Value>& values) {
    std::string text;
    for (const Value& value : values) text.append(text.empty() ? "" : ", ").append(text_of(value));
    return text;
}

/// Collects changes; `absent` stands for an optional key that is not there.
class Differences {
public:
    template <class Value>
    void field(Effect effect, const std::string& key, const Value& before, const Value& after,
               std::string_view absent = "none") {
        if (before == after) return;
        const std::string old_text = text_of(before), new_text = text_of(after);
        add(effect, key, old_text.empty() ? absent : old_text, new_text.empty() ? absent : new_text);
    }

    /// The members of a map by their names: `compare(before, after, key)` for those on both sides, one change for each
    /// that came or went, and one when the others stand in another order.
    template <class Member, class Compare>
    void members(Effect effect, const std::string& key, const std::vector<Member>& before,
                 const std::vector<Member>& after, Compare compare) {
        const auto find = [](const std::vector<Member>& in, const Member& member) {
            return std::ranges::find(in, member.name, &Member::name);
        };
        std::vector<std::string> order_before, order_after;
        for (const Member& member : before) {
            if (find(after, member) == after.end()) {
                add(effect, key + "." + member.name, "present", "absent");
            } else {
                order_before.push_back(member.name);
            }
        }
        for (const Member& member : after) {
            const auto old = find(before, member);
            if (old == before.end()) {
                add(effect, key + "." + member.name, "absent", "present");
            } else {
                order_after.push_back(member.name);
                compare(*old, member, key + "." + member.name);
            }
        }
        field(effect, key, order_before, order_after);
    }

    std::vector<Change> take() { return std::move(changes_); }

private:
    void add(Effect effect, const std::string& key, std::string_view before, std::string_view after) {
        changes_.push_back({effect, key, std::string(before), std::string(after)});
    }

    std::vector<Change> changes_;
};

void diff_dataplane(Differences& out, const Dataplane& before, const Dataplane& after) {
    out.field(Effect::restart, "dataplane.workers", before.workers, after.workers);
    out.field(Effect::restart, "dataplane.worker_cpus", before.worker_cpus, after.worker_cpus);
    out.field(Effect::restart, "dataplane.memory", before.memory, after.memory);
    out.field(Effect::restart, "dataplane.hugepages", before.hugepages, after.hugepages);
    out.field(Effect::restart, "dataplane.idle", before.idle, after.idle);
    out.field(Effect::restart, "dataplane.eal_args", before.eal_args, after.eal_args);
}

void diff_port(Differences& out, const Port& before, const Port& after, const std::string& key) {
    out.field(Effect::restart, key + ".driver", before.driver, after.driver);
    out.field(Effect::restart, key + ".device", before.device, after.device);
    out.field(Effect::restart, key + ".mtu", before.mtu, after.mtu);
    out.field(Effect::restart, key + ".role", before.memif_role, after.memif_role);
    out.field(Effect::restart, key + ".queues", before.queues, after.queues, "one a worker");
    out.field(Effect::restart, key + ".spread", before.spread, after.spread);
    out.field(Effect::restart, key + ".mac", before.mac, after.mac, "random");
}

void diff_path(Differences& out, const Path& before, const Path& after, const std::string& key) {
    out.field(Effect::hot, key + ".id", before.id, after.id);
    out.field(Effect::hot, key + ".port", before.port, after.port);
    out.field(Effect::hot, key + ".local", before.local, after.local);
    out.field(Effect::hot, key + ".peer", before.peer, after.peer);
    out.field(Effect::hot, key + ".mtu", before.mtu, after.mtu, "the port's");
    out.field(Effect::hot, key + ".rate", before.rate, after.rate, "unknown");
    out.field(Effect::hot, key + ".next_hop", before.next_hop, after.next_hop, "from the kernel");
    out.field(Effect::hot, key + ".udp_checksum", before.udp_checksum, after.udp_checksum);
}

void diff_class(Differences& out, const TrafficClass& before, const TrafficClass& after, const std::string& key) {
    const std::string match = key + ".match";
    out.field(Effect::hot, match + ".dscp", before.match.dscp, after.match.dscp, "any");
    out.field(Effect::hot, match + ".protocol", before.match.protocol, after.match.protocol, "any");
    out.field(Effect::hot, match + ".source", before.match.source, after.match.source, "any");
    out.field(Effect::hot, match + ".destination", before.match.destination, after.match.destination, "any");
    out.field(Effect::hot, match + ".source_port", before.match.source_port, after.match.source_port, "any");
    out.field(Effect::hot, match + ".destination_port", before.match.destination_port, after.match.destination_port,
              "any");
    out.field(Effect::hot, match + ".max_size", before.match.max_size, after.match.max_size, "any");
    out.field(Effect::hot, key + ".mode", before.mode, after.mode);
    const auto copies = [](const TrafficClass& entry) {
        return entry.copies == 0 ? std::string("all") : std::to_string(entry.copies);
    };
    out.field(Effect::hot, key + ".copies", copies(before), copies(after));
    out.field(Effect::hot, key + ".paths", before.paths, after.paths, "all");
}

void diff_tunnel(Differences& out, const Tunnel& before, const Tunnel& after, const std::string& key) {
    out.field(Effect::hot, key + ".peer", before.peer, after.peer);
    out.field(Effect::hot, key + ".key_file", before.key_file, after.key_file);
    out.field(Effect::hot, key + ".cipher", before.cipher, after.cipher);
    out.field(Effect::hot, key + ".wire", before.wire, after.wire);
    out.field(Effect::hot, key + ".shards", before.shards, after.shards);
    out.field(Effect::hot, key + ".prefixes", before.prefixes, after.prefixes);
    out.field(Effect::restart, key + ".window", before.window_packets, after.window_packets, "auto");
    out.field(Effect::restart, key + ".max_skew", before.max_skew, after.max_skew);
    out.members(Effect::hot, key + ".paths", before.paths, after.paths,
                [&](const Path& left, const Path& right, const std::string& at) { diff_path(out, left, right, at); });
    out.members(Effect::hot, key + ".classes", before.classes, after.classes,
                [&](const TrafficClass& left, const TrafficClass& right, const std::string& at) {
                    diff_class(out, left, right, at);
                });
}

}  // namespace

std::vector<Change> diff(const Gateway& before, const Gateway& after) {
    Differences out;
    out.field(Effect::restart, "gateway.name", before.name, after.name);
    out.field(Effect::restart, "gateway.state_dir", before.state_dir, after.state_dir);
    diff_dataplane(out, before.dataplane, after.dataplane);
    out.members(Effect::restart, "ports", before.ports, after.ports,
                [&](const Port& left, const Port& right, const std::string& at) { diff_port(out, left, right, at); });
    out.field(Effect::restart, "inside.interface", before.inside.interface, after.inside.interface);
    out.field(Effect::restart, "inside.port", before.inside.port, after.inside.port);
    out.field(Effect::restart, "inside.next_hop", before.inside.next_hop, after.inside.next_hop);
    out.field(Effect::hot, "inside.addresses", before.inside.addresses, after.inside.addresses);
    out.field(Effect::hot, "inside.mtu", before.inside.mtu, after.inside.mtu, "auto");
    out.members(
        Effect::hot, "tunnels", before.tunnels, after.tunnels,
        [&](const Tunnel& left, const Tunnel& right, const std::string& at) { diff_tunnel(out, left, right, at); });
    return out.take();
}

}  // namespace ropewalk::config::schema
