#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "control/reload/reload_plan.hpp"
#include "control/reload/reload_report.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::control::reload {
namespace {

using config::schema::Bytes;
using config::schema::Change;
using publication::GenerationFate;

/// A hub with two tunnels of four paths, as if loaded from a file and its key files.
reload::Configuration sample() {
    reload::Configuration configuration;
    configuration.gateway = tests::unit::hub_with(2);
    configuration.keys = tests::unit::resolved_for(configuration.gateway).keys;
    return configuration;
}

bool mentions(const std::vector<Change>& changes, const std::string& key) {
    return std::ranges::find(changes, key, &Change::key) != changes.end();
}

reload::ReloadPlan plan(const reload::Configuration& running, const reload::Configuration& loaded,
                        reload::DataplaneCare dataplane = DataplaneCare::present) {
    auto plan = reload::plan_reload(running, loaded, dataplane);
    EXPECT_TRUE(plan) << plan.error().message;
    return std::move(*plan);
}

TEST(ReloadPlan, TheSampleIsValidSoThatRefusalsBelowMeanSomething) {
    const reload::ReloadPlan same = plan(sample(), sample());
    EXPECT_TRUE(same.applied.empty() && same.waiting.empty());
    EXPECT_EQ(same.effective.gateway, sample().gateway);
}

TEST(ReloadPlan, WhatIsHotIsAppliedWhole) {
    reload::Configuration loaded = sample();
    loaded.gateway.tunnels[1].paths.pop_back();
    loaded.gateway.tunnels[0].paths[1].mtu = Bytes{1450};
    const reload::ReloadPlan hot = plan(sample(), loaded);
    EXPECT_TRUE(hot.waiting.empty());
    EXPECT_EQ(hot.effective.gateway, loaded.gateway);
    EXPECT_TRUE(mentions(hot.applied, "tunnels.site1.paths.path3"));
    EXPECT_TRUE(mentions(hot.applied, "tunnels.site0.paths.path1.mtu"));
}

TEST(ReloadPlan, WhatNeedsARestartKeepsItsOldValueAndTheRestIsApplied) {
    reload::Configuration loaded = sample();
    loaded.gateway.dataplane.memory = Bytes{256ULL << 20};
    loaded.gateway.inside.interface = "rw7";
    loaded.gateway.state_dir = "/elsewhere";
    loaded.gateway.tunnels[0].paths[1].mtu = Bytes{1450};
    const reload::ReloadPlan mixed = plan(sample(), loaded);
    EXPECT_EQ(mixed.effective.gateway.dataplane, sample().gateway.dataplane);
    EXPECT_EQ(mixed.effective.gateway.inside.interface, "rw0");
    EXPECT_EQ(mixed.effective.gateway.state_dir, sample().gateway.state_dir);
    EXPECT_EQ(mixed.effective.gateway.tunnels, loaded.gateway.tunnels);
    EXPECT_TRUE(mentions(mixed.applied, "tunnels.site0.paths.path1.mtu"));
    EXPECT_TRUE(mentions(mixed.waiting, "dataplane.memory"));
    EXPECT_EQ(mixed.applied.size(), 1U);
    EXPECT_EQ(mixed.waiting.size(), 3U);
    for (const Change& change : mixed.applied) EXPECT_EQ(change.effect, Change::Effect::hot) << change.key;
}

TEST(ReloadPlan, UsersWhoMoveBehindAPortWaitForTheRestart) {
    reload::Configuration loaded = sample();
    loaded.gateway.inside.interface = "";
    loaded.gateway.inside.port = "wan3";
    loaded.gateway.inside.next_hop = config::schema::parse_mac_address("02:00:00:00:00:01");
    const reload::ReloadPlan moved = plan(sample(), loaded);
    EXPECT_EQ(moved.effective.gateway.inside, sample().gateway.inside);
    EXPECT_TRUE(moved.applied.empty());
    EXPECT_TRUE(mentions(moved.waiting, "inside.port"));
    EXPECT_TRUE(mentions(moved.waiting, "inside.next_hop"));
}

TEST(ReloadPlan, AWindowKeepsItsSizeAndTheRestOfItsTunnelIsApplied) {
    reload::Configuration loaded = sample();
    loaded.gateway.tunnels[0].max_skew = std::chrono::milliseconds(50);
    loaded.gateway.tunnels[0].paths[1].mtu = Bytes{1450};
    loaded.keys["site0"].tx_key_id = 0x1234;
    const reload::ReloadPlan mixed = plan(sample(), loaded);
    EXPECT_TRUE(mentions(mixed.waiting, "tunnels.site0.max_skew"));
    EXPECT_EQ(mixed.waiting.size(), 1U);
    EXPECT_TRUE(mentions(mixed.applied, "tunnels.site0.paths.path1.mtu"));
    EXPECT_EQ(mixed.effective.gateway.tunnels[0].max_skew, sample().gateway.tunnels[0].max_skew);
    EXPECT_EQ(mixed.effective.keys.at("site0").tx_key_id, 0x1234U) << "a new key does not wait";
}

TEST(ReloadPlan, ATunnelOnAPortThatWaitsWaitsToo) {
    reload::Configuration loaded = sample();
    loaded.gateway.ports.push_back({.name = "wan9", .driver = config::PortDriver::af_xdp, .device = "eth9"});
    loaded.gateway.tunnels[0].paths[0].port = "wan9";
    loaded.gateway.tunnels[0].paths[1].mtu = Bytes{1450};
    loaded.gateway.tunnels[1].paths[1].mtu = Bytes{1460};
    const reload::ReloadPlan partial = plan(sample(), loaded);
    EXPECT_EQ(partial.effective.gateway.ports, sample().gateway.ports);
    EXPECT_EQ(partial.effective.gateway.tunnels[0], sample().gateway.tunnels[0]);
    EXPECT_EQ(partial.effective.gateway.tunnels[1], loaded.gateway.tunnels[1]);
    EXPECT_TRUE(mentions(partial.waiting, "ports.wan9"));
    EXPECT_TRUE(mentions(partial.waiting, "tunnels.site0.paths.path1.mtu")) << "what is not applied is not called so";
    EXPECT_TRUE(mentions(partial.applied, "tunnels.site1.paths.path1.mtu"));
}

TEST(ReloadPlan, APortThatComesByReloadBringsItsPath) {
    reload::Configuration loaded = sample();
    loaded.gateway.ports.push_back({.name = "wan9", .device = "eth9"});
    loaded.gateway.tunnels[0].paths[0].port = "wan9";
    const reload::ReloadPlan added = plan(sample(), loaded);
    EXPECT_EQ(added.effective.gateway, loaded.gateway);
    EXPECT_TRUE(added.waiting.empty());

    const reload::ReloadPlan removed = plan(loaded, sample());
    EXPECT_EQ(removed.effective.gateway, sample().gateway);
    EXPECT_TRUE(removed.waiting.empty());
}

TEST(ReloadPlan, OldAndNewPartsThatContradictEachOtherAllWait) {
    reload::Configuration loaded = sample();
    loaded.gateway.ports[0].device = "eth99";
    // site0 waits for its port and keeps its prefixes, of which site1 would get one now.
    std::swap(loaded.gateway.tunnels[0].prefixes, loaded.gateway.tunnels[1].prefixes);
    for (auto& path : loaded.gateway.tunnels[1].paths) path.port = "wan1";
    const reload::ReloadPlan all = plan(sample(), loaded);
    EXPECT_EQ(all.effective.gateway, sample().gateway);
    EXPECT_TRUE(all.applied.empty());
    EXPECT_FALSE(all.waiting.empty());
}

TEST(ReloadPlan, WithoutADataplaneNothingWaits) {
    reload::Configuration loaded = sample();
    loaded.gateway.dataplane.memory = Bytes{256ULL << 20};
    const reload::ReloadPlan all = plan(sample(), loaded, DataplaneCare::absent);
    EXPECT_EQ(all.effective.gateway, loaded.gateway);
    EXPECT_TRUE(all.waiting.empty());
    EXPECT_TRUE(mentions(all.applied, "dataplane.memory"));
}

TEST(ReloadPlan, AGatewayIsNotRenamed) {
    reload::Configuration loaded = sample();
    loaded.gateway.name = "other";
    const auto refused = reload::plan_reload(sample(), loaded, DataplaneCare::present);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("'other'"), std::string::npos);
}

TEST(ReloadPlan, AnotherKeyInTheSameFileIsAChange) {
    reload::Configuration loaded = sample();
    loaded.keys["site1"].tx_key_id = 0x1234;
    const reload::ReloadPlan changed = plan(sample(), loaded);
    ASSERT_EQ(changed.applied.size(), 1U);
    EXPECT_EQ(changed.applied[0].key, "tunnels.site1.key_file");
    EXPECT_EQ(changed.applied[0].after, "key 0000000000001234");
    EXPECT_EQ(changed.effective.keys.at("site1").tx_key_id, 0x1234U);
}

TEST(ReloadPlan, ATunnelThatWaitsKeepsItsKeys) {
    reload::Configuration loaded = sample();
    loaded.gateway.ports[0].device = "eth99";
    loaded.gateway.tunnels[0].cipher = config::Cipher::aes_128_gcm;
    loaded.keys["site0"].tx_key_id = 0x1234;
    loaded.gateway.tunnels.erase(loaded.gateway.tunnels.begin() + 1);
    loaded.keys.erase("site1");
    const reload::ReloadPlan waiting = plan(sample(), loaded);
    EXPECT_EQ(waiting.effective.gateway.tunnels, std::vector{sample().gateway.tunnels[0]});
    EXPECT_EQ(waiting.effective.keys.size(), 1U);
    EXPECT_EQ(waiting.effective.keys.at("site0").tx_key_id, sample().keys["site0"].tx_key_id);
}

TEST(ReloadReport, SaysWhatChangedAndHowItEnded) {
    reload::Configuration loaded = sample();
    loaded.gateway.dataplane.memory = Bytes{256ULL << 20};
    loaded.gateway.tunnels[0].paths[1].mtu = Bytes{1450};
    reload::ReloadReport report = reload::report_plan(plan(sample(), loaded), {});
    reload::add_fate(report, 7, {GenerationFate::Kind::in_use, 1, {}});
    EXPECT_TRUE(report.succeeded);
    EXPECT_EQ(report.lines,
              (std::vector<std::string>{"changed: tunnels.site0.paths.path1.mtu the port's -> 1450B",
                                        "needs a restart of ropewalk-dataplane: dataplane.memory 128MiB -> 256MiB",
                                        "generation 7 in use by 1 worker"}));
    const auto json = nlohmann::json::parse(reload::to_json(report));
    EXPECT_EQ(json["ok"], true);
    EXPECT_EQ(json["generation"], 7);
    EXPECT_EQ(json["changes"][0]["effect"], "hot");
    EXPECT_EQ(json["changes"][1]["effect"], "restart");
    EXPECT_EQ(json["lines"].size(), 3U);
}

TEST(ReloadReport, WhatPrefixesTakeAwayIsSaidFirst) {
    const reload::ReloadReport report = reload::report_plan(reload::ReloadPlan{}, {"tunnels.hub.prefixes: beware"});
    EXPECT_EQ(report.lines, (std::vector<std::string>{"tunnels.hub.prefixes: beware", "no changes"}));
}

TEST(ReloadReport, OnlyARefusalAndSilenceAreFailures) {
    const auto succeeds = [](GenerationFate::Kind kind) {
        reload::ReloadReport report = reload::report_plan(reload::ReloadPlan{}, {});
        reload::add_fate(report, 7, {kind, 2, "reason"});
        return report.succeeded;
    };
    EXPECT_TRUE(succeeds(GenerationFate::Kind::in_use));
    EXPECT_TRUE(succeeds(GenerationFate::Kind::no_dataplane));
    EXPECT_FALSE(succeeds(GenerationFate::Kind::refused));
    EXPECT_FALSE(succeeds(GenerationFate::Kind::pending));
    EXPECT_FALSE(reload::report_refusal({"edge.yaml:1: bad"}).succeeded);
    EXPECT_EQ(reload::report_refusal({"edge.yaml:1: bad"}).lines.back(), "nothing was changed");
}

}  // namespace
}  // namespace ropewalk::control::reload
