#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "config/schema/validate.hpp"
#include "config/schema/wording.hpp"

namespace ropewalk::config::schema {
namespace {

constexpr std::uint8_t tcp = 6, udp = 17;

void validate_match(const Match& match, const std::string& key, Notes& notes) {
    for (const auto& [name, prefix] : {std::pair{".source", &match.source}, {".destination", &match.destination}}) {
        if (*prefix && network_of(**prefix) != **prefix) {
            notes.problem(key + name, in_quotes(to_string(**prefix)), to_string(network_of(**prefix)));
        }
    }
    if (match.source && match.destination && match.source->address.family != match.destination->address.family) {
        notes.problem(key + ".destination", in_quotes(to_string(*match.destination)),
                      "the family of source; a packet has one family only");
    }
    const bool has_ports = match.source_port || match.destination_port;
    if (has_ports && match.protocol && *match.protocol != tcp && *match.protocol != udp) {
        notes.problem(key + ".protocol", fmt::format("protocol {}, which has no ports", *match.protocol),
                      "tcp or udp beside source_port or destination_port");
    }
    constexpr std::uint64_t largest = std::numeric_limits<std::uint16_t>::max() - 1;
    if (match.max_size && (match.max_size->count == 0 || match.max_size->count > largest)) {
        notes.problem(key + ".max_size", in_quotes(to_string(*match.max_size)), fmt::format("1B to {}B", largest));
    }
}

void validate_paths_of(const Tunnel& tunnel, const TrafficClass& entry, Notes& notes) {
    std::vector<std::string> names, named;
    for (const Path& path : tunnel.paths) names.push_back(path.name);
    for (std::size_t i = 0; i < entry.paths.size(); ++i) {
        const std::string key = fmt::format("{}.paths[{}]", key_of(tunnel, entry), i);
        const std::string& name = entry.paths[i];
        if (std::ranges::find(names, name) == names.end()) {
            notes.problem(key, in_quotes(name) + ", which is not among the tunnel's paths",
                          hint(name, names) + "the paths here are " + listed(names));
            continue;
        }
        if (std::ranges::find(named, name) != named.end())
            notes.problem(key, in_quotes(name) + " a second time", "each path once");
        named.push_back(name);
    }
    const std::size_t usable = entry.paths.empty() ? tunnel.paths.size() : entry.paths.size();
    const std::string key = key_of(tunnel, entry);
    if (entry.copies > usable) {
        notes.problem(key + ".copies", fmt::format("{} copies over {} paths", entry.copies, usable),
                      "as many copies as the class has paths, or fewer");
    }
}

}  // namespace

void validate_classes(const Tunnel& tunnel, Notes& notes) {
    const TrafficClass* match_all = nullptr;
    for (const TrafficClass& entry : tunnel.classes) {
        const std::string key = key_of(tunnel, entry);
        if (match_all != nullptr) {
            notes.problem(key,
                          fmt::format("a class behind {} on line {}, which matches everything", shown(match_all->name),
                                      notes.line_of(key_of(tunnel, *match_all))),
                          "a class without match as the last only, as the first that matches wins");
        }
        validate_match(entry.match, key + ".match", notes);
        validate_paths_of(tunnel, entry, notes);
        // A match that could not be read is not one that is missing.
        const bool matches_all = entry.match == Match{} && !notes.knows(key + ".match");
        if (match_all == nullptr && matches_all) match_all = &entry;
    }
}

}  // namespace ropewalk::config::schema
