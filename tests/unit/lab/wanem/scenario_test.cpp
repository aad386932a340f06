#include "tests/lab/wanem/read_scenario.hpp"

#include <string>

#include <gtest/gtest.h>

namespace ropewalk::tests::lab::wanem {
namespace {

using namespace std::chrono_literals;

tests::lab::wanem::Scenario read(const std::string& text) {
    auto scenario = tests::lab::wanem::read_scenario_text(text, "line.yaml");
    if (scenario) return *scenario;
    for (const auto& problem : scenario.error()) ADD_FAILURE() << to_string(problem);
    return {};
}

TEST(WanScenario, ReadsEveryKey) {
    const tests::lab::wanem::Scenario scenario = read(R"(
near: wan0
far: wan1
seed: 77
relay: "198.51.100.9:5000"
repeat: 10s
both:
  { link: down, rate: 20mbit, queue: 64KiB, delay: 20ms, jitter: 3ms, jitter_hold: 10ms, order: reorder, loss: 0.5%,
    burst_loss: { enter: 1%, leave: 20%, in_good: 0.1%, in_bad: 90% }, duplicate: 2%, corrupt: 3%, corrupt_checksum: fixed,
    mtu: 1400B, too_big: silence }
download: { policer: 32KiB, loss: 100% }
timeline:
  - { at: 3s, both: { link: up } }
)");
    const tests::lab::wanem::LinkSettings& upload = scenario.settings.upload;
    EXPECT_EQ(scenario.near + scenario.far, "wan0wan1");
    EXPECT_EQ(scenario.seed, 77U);
    EXPECT_EQ(scenario.repeat, 10s);
    EXPECT_EQ(scenario.settings.relay->udp_port, 5000);
    EXPECT_EQ(upload.link, LinkSettings::State::down);
    EXPECT_EQ(upload.rate->count, 20'000'000U);
    EXPECT_EQ(std::get<Bytes>(upload.queue).count, 65536U);
    EXPECT_EQ(upload.delay, 20ms);
    EXPECT_EQ(upload.jitter, 3ms);
    EXPECT_EQ(upload.jitter_hold, 10ms);
    EXPECT_EQ(upload.order, LinkSettings::Order::reorder);
    EXPECT_EQ(upload.loss.parts_per_billion, 5'000'000U);
    EXPECT_EQ(upload.burst_loss,
              (tests::lab::wanem::BurstLoss{{10'000'000}, {200'000'000}, {1'000'000}, {900'000'000}}));
    EXPECT_EQ(upload.duplicate.parts_per_billion, 20'000'000U);
    EXPECT_EQ(upload.corrupt.parts_per_billion, 30'000'000U);
    EXPECT_EQ(upload.corrupt_checksum, LinkSettings::DamagedChecksum::fixed);
    EXPECT_EQ(upload.mtu->count, 1400U);
    EXPECT_EQ(upload.too_big, LinkSettings::TooBigAnswer::silence);
    EXPECT_FALSE(upload.policer);
    EXPECT_EQ(scenario.settings.download.policer->count, 32768U);
    EXPECT_EQ(scenario.settings.download.loss.parts_per_billion, Probability::certain);
    EXPECT_EQ(scenario.settings.download.delay, 20ms) << "what both said stays";
    ASSERT_EQ(scenario.timeline.size(), 1U);
    EXPECT_EQ(scenario.timeline[0].at, 3s);
}

TEST(WanScenario, AnEmptyFileIsAWire) {
    EXPECT_EQ(read("").settings.upload.delay, 0ns);
}

TEST(WanScenario, AChangeLeavesWhatItDoesNotName) {
    tests::lab::wanem::LineSettings settings;
    settings.upload.delay = 20ms;
    settings.upload.rate = BitsPerSecond{1'000'000};
    const auto changed = tests::lab::wanem::read_change_text(
        R"({"upload":{"rate":"unlimited","queue":"5ms"},"nat":"rebind"})", settings);
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->upload.delay, 20ms);
    EXPECT_FALSE(changed->upload.rate);
    EXPECT_EQ(changed->nat_rebinds, 1U);
}

TEST(WanScenario, WordsThatSwitchOffDoSo) {
    tests::lab::wanem::LineSettings settings;
    settings.upload = {.rate = BitsPerSecond{1'000'000},
                       .policer = Bytes{2000},
                       .burst_loss = tests::lab::wanem::BurstLoss{},
                       .mtu = Bytes{1000}};
    settings.relay.emplace();
    const auto changed = tests::lab::wanem::read_change_text(
        R"({"upload":{"rate":"unlimited","policer":"off","burst_loss":"off","mtu":"unlimited"},"relay":"off"})",
        settings);
    ASSERT_TRUE(changed);
    const tests::lab::wanem::LinkSettings& upload = changed->upload;
    EXPECT_FALSE(upload.rate || upload.policer || upload.burst_loss || upload.mtu || changed->relay);
}

TEST(WanScenario, AQueueEndsAPolicer) {
    tests::lab::wanem::LineSettings settings;
    settings.upload = {.rate = BitsPerSecond{1'000'000}, .policer = Bytes{2000}};
    const auto changed = tests::lab::wanem::read_change_text(R"({"upload":{"queue":"5ms"}})", settings);
    ASSERT_TRUE(changed);
    EXPECT_FALSE(changed->upload.policer);
}

TEST(WanScenario, RepeatNeedsATimelineThatFits) {
    EXPECT_FALSE(tests::lab::wanem::read_scenario_text("repeat: 5s", "f"));
    EXPECT_FALSE(tests::lab::wanem::read_scenario_text("repeat: 5s\ntimeline: [{ at: 6s, nat: rebind }]", "f"));
    EXPECT_TRUE(tests::lab::wanem::read_scenario_text("repeat: 6s\ntimeline: [{ at: 6s, nat: rebind }]", "f"));
}

TEST(WanScenario, ValuesOutOfRangeAreRefused) {
    for (const char* const link :
         {"loss: 100.1%", "loss: 0.5", "loss: -1%", "loss: nan%", "rate: 0bit", "rate: 101gbit", "delay: 61s",
          "mtu: 67B", "policer: 100B", "link: off", "burst_loss: on"}) {
        EXPECT_FALSE(tests::lab::wanem::read_scenario_text(std::string("upload: { rate: 1mbit, ") + link + " }", "f"))
            << link;
    }
}

}  // namespace
}  // namespace ropewalk::tests::lab::wanem
