#include "control/telling/event_text.hpp"

#include <cstdlib>
#include <ctime>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "config/region/fixed_text.hpp"
#include "control/events/kinds.hpp"
#include "control/telling/event_record.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::control::telling {
namespace {

using config::region::EventRecord;
using config::region::text_of;
using nlohmann::json;

/// 2026-03-01 13:03:07.120 UTC
constexpr std::uint64_t then_ns = 1'772'370'187'120'000'000;

/// Times of day as in India for as long as it lives.
class TimeZone {
public:
    TimeZone() {
        ::setenv("TZ", "UTC-05:30", 1);
        ::tzset();
    }
    ~TimeZone() {
        ::unsetenv("TZ");
        ::tzset();
    }
};

EventRecord recorded(const events::Event& event) {
    const auto resolved = tests::unit::resolved_for(tests::unit::sample_gateway());
    return event_record(event, log_line(event, "edge", resolved), resolved, {then_ns, 42});
}

std::uint32_t path_slot(const std::string& key) {
    return tests::unit::resolved_for(tests::unit::sample_gateway()).path_slots.at(key);
}

TEST(EventText, APathsEventNamesItsTunnelToo) {
    const TimeZone india;
    const EventRecord record = recorded({.path_slot = path_slot("hub/lte"), .what = events::PathTroubled{"silent"}});
    EXPECT_EQ(event_line(record), "2026-03-01 18:33:07.120  warning  hub/lte: silent");
    EXPECT_EQ(event_json(record, 17, "edge"),
              R"({"gateway":"edge","number":17,"time":"2026-03-01T13:03:07.120Z","kind":"path_troubled",)"
              R"("weight":"warning","tunnel":"hub","path":"lte","text":"hub/lte: silent"})");
    EXPECT_EQ(record.monotonic_ns, 42U);
}

TEST(EventText, ATunnelsEventHasNoPath) {
    const auto resolved = tests::unit::resolved_for(tests::unit::sample_gateway());
    const auto record = recorded({.tunnel_slot = resolved.tunnel_slots.at("depot"), .what = events::PeerNumbersGood{}});
    const json document = json::parse(event_json(record, 1, "edge"));
    EXPECT_EQ(document["tunnel"], "depot");
    EXPECT_EQ(document["path"], nullptr);
    EXPECT_EQ(document["weight"], "info");
}

TEST(EventText, AGatewaysEventHasNeither) {
    const json document = json::parse(event_json(recorded({.what = events::PublicationFailed{"full"}}), 1, "edge"));
    EXPECT_EQ(document["tunnel"], nullptr);
    EXPECT_EQ(document["path"], nullptr);
    EXPECT_EQ(document["weight"], "error");
    EXPECT_EQ(document["kind"], "publication_failed");
}

TEST(EventText, ALongSentenceShowsThatItGoesOn) {
    const std::string reason(1000, 'x');
    const EventRecord cut = recorded({.what = events::PublicationFailed{reason}});
    EXPECT_EQ(text_of(cut.text), reason.substr(0, sizeof cut.text - 4) + "...");
    const EventRecord whole = recorded({.what = events::PublicationFailed{reason.substr(0, sizeof whole.text - 1)}});
    EXPECT_EQ(text_of(whole.text), reason.substr(0, sizeof whole.text - 1));
}

TEST(EventText, WhatIsNoTextOrWeightIsStillJson) {
    EventRecord record = recorded({.what = events::PublicationFailed{"a \"quoted\"\n\x01 \xff"}});
    record.weight = static_cast<config::region::EventWeight>(99);
    const json document = json::parse(event_json(record, 1, "edge"));
    EXPECT_EQ(document["weight"], "?");
    EXPECT_EQ(document["text"], "a \"quoted\"\n\x01 \xef\xbf\xbd");
    EXPECT_EQ(event_json(record, 1, "edge").find('\n'), std::string::npos) << "one line";
}

TEST(EventKinds, AreWordsInTheOrderOfTheVariant) {
    EXPECT_EQ(events::kind_words[events::Event{.what = events::TookOver{}}.what.index()], "took_over");
    EXPECT_EQ(events::kind_words[events::Event{.what = events::PathWideEnough{}}.what.index()], "path_wide_enough");
    for (const std::string_view word : events::kind_words)
        EXPECT_TRUE(std::ranges::all_of(word, [](char c) { return c == '_' || (c >= 'a' && c <= 'z'); })) << word;
}

}  // namespace
}  // namespace ropewalk::control::telling
