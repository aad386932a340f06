#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "config/schema/key.hpp"
#include "config/schema/value_text.hpp"

/// How the rows of the lists of keys are made, each from a member of its section.
namespace ropewalk::config::schema {

template <class>
struct MemberTraits;
template <class Struct, class Type>
struct MemberTraits<Type Struct::*> {
    using Section = Struct;
    using Value = Type;
};
template <class Type>
struct ItemTraits {
    using Item = Type;
};
template <class Type>
struct ItemTraits<std::optional<Type>> {
    using Item = Type;
};
template <class Type>
struct ItemTraits<std::vector<Type>> {
    using Item = Type;
};

template <auto member>
using SectionOf = typename MemberTraits<decltype(member)>::Section;
template <auto member>
using ValueOf = typename MemberTraits<decltype(member)>::Value;
template <auto member>
using ItemOf = typename ItemTraits<ValueOf<member>>::Item;
template <auto member>
using Parse = std::optional<ItemOf<member>> (*)(std::string_view);

/// A key with a value of its own, read as `read` says.
template <auto member, class Read>
Key<SectionOf<member>> read_by(About about, Read read) {
    using Section = SectionOf<member>;
    return {.about = std::move(about),
            .read = [read](const About& what, const MapReader& map,
                           Section& section) { read(what, map, section.*member, section); },
            .compare =
                [](const Key<Section>& row, const std::string& key, const Section& before, const Section& after,
                   std::vector<Change>& changes) {
                    if (before.*member == after.*member) return;
                    const std::string absent(row.about.absent), old_text = row.text(before), text = row.text(after);
                    changes.push_back(
                        {row.about.effect, key, old_text.empty() ? absent : old_text, text.empty() ? absent : text});
                },
            .hold_back =
                [](const Key<Section>& row, const Section& running, Section& loaded) {
                    if (row.about.effect == Effect::restart) loaded.*member = running.*member;
                },
            .describe =
                [](const Key<Section>& row, const std::string& key, std::vector<KeyText>& texts) {
                    const std::string usual = row.text(Section{});
                    std::string_view fallback = usual.empty() && row.about.absent != "none" ? row.about.absent : usual;
                    if (row.about.need != Need::optional) fallback = "required";
                    if (!row.about.fallback.empty()) fallback = row.about.fallback;
                    texts.push_back({key, std::string(fallback), std::string(row.about.help), row.about.effect});
                },
            .text = [](const Section& section) { return text_of(section.*member); }};
}

/// A value that `parse` makes of a text; `rule` says of which.
template <auto member>
Key<SectionOf<member>> value(About about, Parse<member> parse, std::string rule) {
    return read_by<member>(std::move(about),
                           [parse, rule = std::move(rule)](const About& what, const MapReader& map, auto& target,
                                                           const auto&) { map.read(what.name, target, parse, rule); });
}

/// The same, or the word of `about.absent` for none.
template <auto member>
Key<SectionOf<member>> value_or_word(About about, Parse<member> parse, std::string rule) {
    return read_by<member>(std::move(about), [parse, rule = std::move(rule)](const About& what, const MapReader& map,
                                                                             auto& target, const auto&) {
        const YamlNode* const node = map.find(what.name);
        if (node != nullptr && node->text != what.absent) map.read(what.name, target, parse, rule);
    });
}

/// One of the words of an enumeration.
template <auto member>
Key<SectionOf<member>> word(About about) {
    return read_by<member>(std::move(about), [](const About& what, const MapReader& map, auto& target, const auto&) {
        map.read_word(what.name, target);
    });
}

template <auto member>
Key<SectionOf<member>> list(About about, Parse<member> parse, std::string rule) {
    return read_by<member>(std::move(about), [parse, rule = std::move(rule)](const About& what, const MapReader& map,
                                                                             auto& target, const auto&) {
        map.read_list(what.name, target, parse, rule);
    });
}

/// A map with keys of its own for `part` of the section: a member, or the section itself (std::identity). `finish`
/// looks at what was read as a whole.
template <class Section, auto part, class Part = std::remove_cvref_t<std::invoke_result_t<decltype(part), Section&>>,
          std::span<const Key<Part>> (*keys)() = keys_of<Part>>
Key<Section> map_of(About about, void (*finish)(const MapReader&, Part&) = nullptr) {
    return {.about = std::move(about),
            .read =
                [finish](const About& what, const MapReader& map, Section& section) {
                    const YamlNode* const node = map.find(what.name);
                    if (node == nullptr) return;
                    const MapReader inner(*node, map.key_of(what.name), names_of(keys()), map.notes());
                    read_section(inner, keys(), std::invoke(part, section));
                    if (finish != nullptr) finish(inner, std::invoke(part, section));
                },
            .compare =
                [](const Key<Section>&, const std::string& key, const Section& before, const Section& after,
                   std::vector<Change>& changes) {
                    compare_sections(keys(), key, std::invoke(part, before), std::invoke(part, after), changes);
                },
            .hold_back =
                [](const Key<Section>&, const Section& running, Section& loaded) {
                    hold_back_section(keys(), std::invoke(part, running), std::invoke(part, loaded));
                },
            .describe = [](const Key<Section>&, const std::string& key,
                           std::vector<KeyText>& texts) { describe_section(keys(), key, texts); },
            .text = nullptr};
}

/// Reads one member of a map from names into `start`, which has its name and defaults.
template <class Member>
Member read_named(Member start, const YamlNode& node, const std::string& key, Notes& notes) {
    const MapReader map(node, key, names_of(keys_of<Member>()), notes);
    read_section(map, keys_of<Member>(), start);
    return start;
}

/// Reads a member by its name; `position` counts from 0.
template <class Member>
using ReadMember = Member (*)(const std::string& name, std::size_t position, const YamlNode&, const std::string& key,
                              Notes&);

/// What it takes for a member to come or go; `running` are the members there are.
template <class Member>
using EffectOf = Effect (*)(const Member& coming_or_going, const std::vector<Member>& running);

template <auto member, EffectOf<ItemOf<member>> effect_of>
Effect effect_on(const Key<SectionOf<member>>& row, const ItemOf<member>& coming_or_going,
                 const ValueOf<member>& running) {
    if constexpr (effect_of == nullptr)
        return row.about.effect;
    else
        return effect_of(coming_or_going, running);
}

/// The member of a list that has the name; its end when there is none.
template <class Member>
auto find_named(const std::vector<Member>& in, const std::string& name) {
    return std::ranges::find(in, name, &Member::name);
}

/// A map from names to sections. Its effect is that of members that change places, and, without `effect_of`, of those
/// that come or go.
template <auto member, EffectOf<ItemOf<member>> effect_of = nullptr>
Key<SectionOf<member>> members(About about, ReadMember<ItemOf<member>> read) {
    using Section = SectionOf<member>;
    using Member = ItemOf<member>;
    return {.about = std::move(about),
            .read =
                [read](const About& what, const MapReader& map, Section& section) {
                    auto& list = section.*member;
                    map.for_each_named(what.name, std::string(what.name),
                                       [&](const std::string& name, const YamlNode& node, const std::string& key) {
                                           list.push_back(read(name, list.size(), node, key, map.notes()));
                                       });
                },
            .compare =
                [](const Key<Section>& row, const std::string& key, const Section& before, const Section& after,
                   std::vector<Change>& changes) {
                    const auto add = [&](const Member& which, const char* old_text, const char* text) {
                        const Effect effect = effect_on<member, effect_of>(row, which, before.*member);
                        changes.push_back({effect, joined(key, which.name), old_text, text});
                    };
                    std::vector<std::string> order_before, order_after;
                    for (const Member& old : before.*member) {
                        if (find_named(after.*member, old.name) == (after.*member).end())
                            add(old, "present", "absent");
                        else
                            order_before.push_back(old.name);
                    }
                    for (const Member& now : after.*member) {
                        const auto old = find_named(before.*member, now.name);
                        if (old == (before.*member).end()) {
                            add(now, "absent", "present");
                        } else {
                            order_after.push_back(now.name);
                            compare_sections(keys_of<Member>(), joined(key, now.name), *old, now, changes);
                        }
                    }
                    if (order_before != order_after)
                        changes.push_back({row.about.effect, key, text_of(order_before), text_of(order_after)});
                },
            .hold_back =
                [](const Key<Section>& row, const Section& running, Section& loaded) {
                    const std::vector<Member>& old_list = running.*member;
                    std::vector<Member>& list = loaded.*member;
                    const auto waits = [&](const Member& which) {
                        return effect_on<member, effect_of>(row, which, old_list) == Effect::restart;
                    };
                    std::erase_if(list, [&](const Member& now) {
                        return find_named(old_list, now.name) == old_list.end() && waits(now);
                    });
                    for (const Member& old : old_list)
                        if (find_named(list, old.name) == list.end() && waits(old)) list.push_back(old);
                    for (Member& now : list) {
                        const auto old = find_named(old_list, now.name);
                        if (old != old_list.end()) hold_back_section(keys_of<Member>(), *old, now);
                    }
                },
            .describe = [](const Key<Section>&, const std::string& key,
                           std::vector<KeyText>& texts) { describe_section(keys_of<Member>(), key + ".NAME", texts); },
            .text = nullptr};
}

}  // namespace ropewalk::config::schema
