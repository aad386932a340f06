#include "control/telling/event_record.hpp"

#include <string_view>

#include "config/region/fixed_text.hpp"
#include "control/events/kinds.hpp"

namespace ropewalk::control::telling {

using config::region::EventRecord;
using config::region::EventWeight;
using config::region::set_text;

namespace {

EventWeight weight_of(const LogLine& line) {
    switch (line.weight) {
        case LogLine::Weight::error:
            return EventWeight::error;
        case LogLine::Weight::warning:
            return EventWeight::warning;
        case LogLine::Weight::info:
        case LogLine::Weight::nothing:
            break;
    }
    return EventWeight::info;
}

/// The name that has the slot; empty when none has.
std::string_view name_at(std::uint32_t slot, const std::map<std::string, std::uint32_t>& slots) {
    for (const auto& [name, its_slot] : slots)
        if (its_slot == slot) return name;
    return {};
}

/// A sentence that is too long shows that it goes on.
template <std::size_t N>
void set_sentence(std::array<char, N>& field, std::string_view text) {
    constexpr std::string_view more = "...";
    set_text(field, text);
    if (text.size() > N - 1) more.copy(field.data() + N - 1 - more.size(), more.size());
}

}  // namespace

EventRecord event_record(const events::Event& event, const LogLine& line, const config::snapshot::Resolved& resolved,
                         Moment moment) {
    EventRecord record{};
    record.wall_ns = moment.wall_ns;
    record.monotonic_ns = moment.monotonic_ns;
    record.weight = weight_of(line);
    set_text(record.kind, events::kind_words[event.what.index()]);
    set_text(record.tunnel, name_at(event.tunnel_slot, resolved.tunnel_slots));
    if (const std::string_view key = name_at(event.path_slot, resolved.path_slots); !key.empty()) {
        const std::size_t slash = key.find('/');
        set_text(record.tunnel, key.substr(0, slash));
        set_text(record.path, key.substr(slash + 1));
    }
    set_sentence(record.text, line.text);
    return record;
}

}  // namespace ropewalk::control::telling
