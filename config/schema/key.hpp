#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/schema/diff.hpp"
#include "config/schema/map_reader.hpp"

namespace ropewalk::config::schema {

using Effect = Change::Effect;

/// Whether a section can do without a key. A list or map must have members, too, to be `filled`.
enum class Need : std::uint8_t { optional, present, filled };

/// What is said of a key.
struct About {
    std::string_view name;
    Effect effect;
    std::string_view help;             ///< one line for the operator
    std::string_view absent = "none";  ///< stands for an optional value or a list that is not there
    std::string_view fallback = {};    ///< what goes without the key, where a new struct does not show it
    Need need = Need::optional;
    std::string required = {};  ///< beside `need`: what must stand there
};

/// A key with all keys around it, `tunnels.NAME.cipher`, as the docs list it.
struct KeyText {
    std::string key, fallback, help;
    Effect effect;
};

/// One key of a section of the YAML: all that the program knows of it. Reading, the hints for unknown keys, the
/// changes that a reload prints, what of them waits for a restart and the table in docs/operations.md come from it.
template <class Section>
struct Key {
    About about;
    std::function<void(const About&, const MapReader&, Section&)> read;
    /// Appends what differs; `key` is the dotted key of this one.
    void (*compare)(const Key&, const std::string& key, const Section& before, const Section& after,
                    std::vector<Change>& changes);
    /// Gives `loaded` back the running value where another one needs a restart.
    void (*hold_back)(const Key&, const Section& running, Section& loaded);
    void (*describe)(const Key&, const std::string& key, std::vector<KeyText>& texts);
    /// The value for people; empty when it is absent.
    std::string (*text)(const Section&);
};

/// The keys of a section, one row each, in the order in which they are listed.
template <class Section>
std::span<const Key<Section>> keys_of();

template <>
std::span<const Key<Gateway>> keys_of<Gateway>();
template <>
std::span<const Key<Dataplane>> keys_of<Dataplane>();
template <>
std::span<const Key<Inside>> keys_of<Inside>();
template <>
std::span<const Key<Metrics>> keys_of<Metrics>();
template <>
std::span<const Key<Events>> keys_of<Events>();
template <>
std::span<const Key<Port>> keys_of<Port>();
template <>
std::span<const Key<Tunnel>> keys_of<Tunnel>();
template <>
std::span<const Key<Path>> keys_of<Path>();
template <>
std::span<const Key<TrafficClass>> keys_of<TrafficClass>();
template <>
std::span<const Key<Match>> keys_of<Match>();

/// Every key there is, in the order of the file.
std::vector<KeyText> key_texts();

inline std::string joined(const std::string& key, std::string_view name) {
    return (key.empty() ? "" : key + ".").append(name);
}

template <class Section>
std::vector<std::string> names_of(std::span<const Key<Section>> keys) {
    std::vector<std::string> names;
    for (const Key<Section>& key : keys) names.emplace_back(key.about.name);
    return names;
}

template <class Section>
void read_section(const MapReader& map, std::span<const Key<Section>> keys, Section& section) {
    for (const Key<Section>& key : keys) {
        const About& about = key.about;
        if (about.need == Need::present) map.require(about.name, about.required);
        if (about.need == Need::filled) map.require_members(about.name, about.required);
    }
    for (const Key<Section>& key : keys) key.read(key.about, map, section);
}

template <class Section>
void compare_sections(std::span<const Key<Section>> keys, const std::string& at, const Section& before,
                      const Section& after, std::vector<Change>& changes) {
    for (const Key<Section>& key : keys) key.compare(key, joined(at, key.about.name), before, after, changes);
}

template <class Section>
void hold_back_section(std::span<const Key<Section>> keys, const Section& running, Section& loaded) {
    for (const Key<Section>& key : keys) key.hold_back(key, running, loaded);
}

template <class Section>
void describe_section(std::span<const Key<Section>> keys, const std::string& at, std::vector<KeyText>& texts) {
    for (const Key<Section>& key : keys) key.describe(key, joined(at, key.about.name), texts);
}

}  // namespace ropewalk::config::schema
