#include "control/telling/event_text.hpp"

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/region/fixed_text.hpp"

namespace ropewalk::control::telling {

using config::region::EventRecord;
using config::region::text_of;
using config::word_of;
using nlohmann::ordered_json;

namespace {

std::time_t seconds_of(const EventRecord& record) {
    return static_cast<std::time_t>(record.wall_ns / 1'000'000'000);
}

std::uint64_t milliseconds_of(const EventRecord& record) {
    return record.wall_ns / 1'000'000 % 1000;
}

ordered_json name_or_null(const config::region::Name& name) {
    const auto text = text_of(name);
    return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

}  // namespace

std::string event_line(const EventRecord& record) {
    const std::time_t seconds = seconds_of(record);
    std::tm local{};
    ::localtime_r(&seconds, &local);
    return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:03}  {:<7}  {}", local, milliseconds_of(record), word_of(record.weight),
                       text_of(record.text));
}

std::string event_json(const EventRecord& record, std::uint64_t number, const std::string& gateway) {
    const std::time_t seconds = seconds_of(record);
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    const ordered_json document{{"gateway", gateway},
                                {"number", number},
                                {"time", fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", utc, milliseconds_of(record))},
                                {"kind", std::string(text_of(record.kind))},
                                {"weight", word_of(record.weight)},
                                {"tunnel", name_or_null(record.tunnel)},
                                {"path", name_or_null(record.path)},
                                {"text", text_of(record.text)}};
    return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace ropewalk::control::telling
