#include <algorithm>
#include <map>
#include <numeric>

#include <gtest/gtest.h>

#include "control/peers/hello.hpp"
#include "control/peers/hello_schedule.hpp"
#include "control/peers/peers.hpp"

namespace ropewalk::control::peers {
namespace {

peers::Hello sample_hello() {
    peers::Hello hello{{0, 1, 258}, "edge", {}, 4, true, true};
    std::iota(hello.life_uuid.begin(), hello.life_uuid.end(), std::uint8_t{0xa0});
    return hello;
}

config::region::Message message_of(std::uint32_t tunnel, std::uint32_t path, std::span<const std::uint8_t> bytes,
                                   std::uint64_t sequence = 0) {
    config::region::Message message{};
    message.head.tunnel_slot = tunnel;
    message.head.path_slot = path;
    message.head.time_ns = 77;
    message.head.sequence = sequence;
    message.size = static_cast<std::uint32_t>(bytes.size());
    std::ranges::copy(bytes, message.bytes.begin());
    return message;
}

TEST(Hello, StandsByteForByteWhereItIsDocumented) {
    std::array<std::uint8_t, peers::hello_bytes> expected{1, 3, 0, 0, 0, 0, 0, 1, 1, 2, 0, 0, 'e', 'd', 'g', 'e'};
    std::iota(expected.begin() + 44, expected.begin() + 60, std::uint8_t{0xa0});
    expected[60] = 4;
    expected[64] = 3;
    EXPECT_EQ(peers::encode(sample_hello()), expected);
    for (const bool probes_paths : {false, true}) {
        peers::Hello other = sample_hello();
        other.answers_mtu_probes = !probes_paths;
        other.probes_paths = probes_paths;
        expected[64] = probes_paths ? 2 : 1;
        EXPECT_EQ(peers::encode(other), expected);
        EXPECT_EQ(peers::decode_hello(expected), other);
    }
}

TEST(Hello, ComesBackAsItWent) {
    EXPECT_EQ(peers::decode_hello(peers::encode(sample_hello())), sample_hello());
    peers::Hello longest = sample_hello();
    longest.gateway = std::string(31, 'x');
    EXPECT_EQ(peers::decode_hello(peers::encode(longest)), longest);
}

TEST(Hello, ALaterLayoutThatAppendsIsUnderstood) {
    const auto bytes = peers::encode(sample_hello());
    std::vector<std::uint8_t> longer(bytes.begin(), bytes.end());
    longer[1] = 4;
    longer.resize(200, 0xff);
    EXPECT_EQ(peers::decode_hello(longer), sample_hello());
}

TEST(Hello, TheFirstLayoutHasOneShard) {
    const auto bytes = peers::encode(sample_hello());
    std::vector<std::uint8_t> first(bytes.begin(), bytes.begin() + 60);
    first[1] = 1;
    peers::Hello expected = sample_hello();
    expected.shards = 1;
    expected.answers_mtu_probes = expected.probes_paths = false;
    EXPECT_EQ(peers::decode_hello(first), expected);
    first.resize(65, 9);
    EXPECT_EQ(peers::decode_hello(first), expected) << "what stands behind it is not of that layout";
    first.resize(59);
    EXPECT_FALSE(peers::decode_hello(first));
}

TEST(Hello, TheSecondLayoutHasNoFeatures) {
    const auto bytes = peers::encode(sample_hello());
    std::vector<std::uint8_t> second(bytes.begin(), bytes.begin() + 64);
    second[1] = 2;
    peers::Hello expected = sample_hello();
    expected.answers_mtu_probes = expected.probes_paths = false;
    EXPECT_EQ(peers::decode_hello(second), expected);
    second.push_back(0xff);
    EXPECT_EQ(peers::decode_hello(second), expected) << "what stands behind it is not of that layout";
    second.pop_back();
    second[1] = 3;
    EXPECT_FALSE(peers::decode_hello(second)) << "the third is longer";
}

TEST(Hello, FeaturesThatWeDoNotKnowMeanNothing) {
    auto bytes = peers::encode(sample_hello());
    bytes[64] = 0xff;
    EXPECT_EQ(peers::decode_hello(bytes), sample_hello());
    bytes[64] = 0xfe;
    EXPECT_FALSE(peers::decode_hello(bytes)->answers_mtu_probes);
}

TEST(Hello, ANumberOfShardsThatWeCannotHaveIsOne) {
    auto bytes = peers::encode(sample_hello());
    for (const std::uint8_t shards : {0, 17, 255}) {
        bytes[60] = shards;
        ASSERT_TRUE(peers::decode_hello(bytes));
        EXPECT_EQ(peers::decode_hello(bytes)->shards, 1) << int{shards};
    }
    bytes[60] = 16;
    EXPECT_EQ(peers::decode_hello(bytes)->shards, 16);
}

TEST(Hello, WhatIsMalformedIsRefused) {
    const auto good = peers::encode(sample_hello());
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_FALSE(peers::decode_hello({good.data(), size})) << size;
    const auto with = [&](std::size_t at, std::uint8_t value) {
        auto bytes = good;
        bytes[at] = value;
        return peers::decode_hello(bytes);
    };
    EXPECT_FALSE(with(0, 0));
    EXPECT_FALSE(with(0, 2));
    EXPECT_FALSE(with(1, 0));
    EXPECT_FALSE(with(12, 0)) << "a gateway has a name";
    for (const std::uint8_t byte : {0x1b, 0x0a, 0x20, 0x22, 0x80, 0xff})
        EXPECT_FALSE(with(13, byte)) << "a name must not steer a terminal: " << int{byte};
    auto unterminated = good;
    std::fill_n(unterminated.begin() + 12, 32, 'a');
    EXPECT_FALSE(peers::decode_hello(unterminated));
}

TEST(Peers, RemembersWhoWasHeardWhereAndTellsOfANewLife) {
    peers::Peers peers;
    const auto hear = [&](std::uint32_t path, const Hello& hello) {
        peers.receive(message_of(3, path, peers::encode(hello)));
        return peers.settle(1'000'000'000);
    };
    ASSERT_EQ(hear(5, sample_hello()).size(), 1U);
    EXPECT_TRUE(hear(6, sample_hello()).empty()) << "the same peer by another path";
    ASSERT_NE(peers.find(3, 5), nullptr);
    EXPECT_EQ(peers.find(3, 5)->hello, sample_hello());
    EXPECT_EQ(peers.find(3, 5)->last_ns, 77U);
    EXPECT_EQ(peers.find(3, 7), nullptr);
    peers::Hello reborn = sample_hello();
    reborn.life_uuid[0] = 1;
    const auto told = hear(5, reborn);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].hello, reborn);
    EXPECT_EQ(told[0].where, Peers::Key(3, 5));
    EXPECT_EQ(told[0].untold, 0U);
    EXPECT_EQ(peers.find(3, 5)->hello, reborn);
}

TEST(Peers, TheNewestPacketSaysHowManyShards) {
    peers::Peers peers;
    EXPECT_EQ(peers.shards(3), std::nullopt);
    const auto hear = [&](std::uint8_t shards, std::uint64_t sequence) {
        peers::Hello hello = sample_hello();
        hello.shards = shards;
        peers.receive(message_of(3, 5, peers::encode(hello), sequence));
        peers.settle(1'000'000'000);
        return peers.shards(3);
    };
    EXPECT_EQ(hear(4, 100), 4);
    EXPECT_EQ(hear(2, 200), 2);
    EXPECT_EQ(hear(4, 150), 2) << "it was long under way";
    EXPECT_EQ(peers.shards(4), std::nullopt);
    peers.forget_shards(3);
    EXPECT_EQ(peers.shards(3), std::nullopt);
    EXPECT_EQ(hear(8, 10), 8) << "numbers of another key begin elsewhere";
}

TEST(Peers, TheNewestPacketSaysWhetherMtuProbesAreAnswered) {
    peers::Peers peers;
    EXPECT_EQ(peers.answers_mtu_probes(3), std::nullopt);
    const auto hear = [&](bool answers, std::uint64_t sequence) {
        peers::Hello hello = sample_hello();
        hello.answers_mtu_probes = answers;
        peers.receive(message_of(3, 5, peers::encode(hello), sequence));
        peers.settle(1'000'000'000);
        return peers.answers_mtu_probes(3);
    };
    EXPECT_EQ(hear(true, 100), true);
    EXPECT_EQ(hear(false, 200), false) << "an earlier release came back";
    EXPECT_EQ(hear(true, 150), false) << "it was long under way";
    peers.forget_shards(3);
    EXPECT_EQ(peers.answers_mtu_probes(3), std::nullopt);
}

TEST(Peers, CountsWhatItDoesNotUnderstand) {
    peers::Peers peers;
    peers.receive(message_of(3, 5, std::array<std::uint8_t, 3>{9, 9, 9}));
    peers.receive(message_of(0xffffffff, 5, peers::encode(sample_hello())));
    peers.receive(message_of(4, 0xffffffff, std::array<std::uint8_t, 1>{1}));
    EXPECT_TRUE(peers.settle(1'000'000'000).empty());
    EXPECT_EQ(peers.malformed(3), 1U);
    EXPECT_EQ(peers.malformed(4), 1U);
    EXPECT_EQ(peers.find(3, 5), nullptr);
}

TEST(Damper, LetsABurstThroughAndThenOneAnInterval) {
    Damper damper(3, 10);
    std::uint64_t now = 1000;
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(damper.admits(now));
    EXPECT_FALSE(damper.admits(now));
    EXPECT_FALSE(damper.admits(now + 9));
    EXPECT_TRUE(damper.admits(now += 10));
    EXPECT_FALSE(damper.admits(now));
    now += 1000;
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(damper.admits(now)) << "a pause gives no more than a burst";
    EXPECT_FALSE(damper.admits(now));
}

constexpr std::size_t any = 100'000;

TEST(HelloSchedule, EachPathIsDueTwiceASecondAndNeverAllAtOnce) {
    constexpr std::uint64_t tick = 20'000'000;
    std::vector<peers::HelloTarget> targets;
    for (std::uint32_t i = 0; i < 1000; ++i) targets.push_back({i / 4, i});
    peers::HelloSchedule schedule;
    schedule.set_targets(targets);
    std::uint64_t now = 1'000'000'000;
    EXPECT_EQ(schedule.due(now, any).size(), 1000U) << "new ones need not wait";
    std::map<std::uint32_t, int> sent;
    for (int i = 0; i < 500; ++i) {
        const auto due = schedule.due(now += tick, any);
        EXPECT_LE(due.size(), 41U);
        for (const peers::HelloTarget& target : due) ++sent[target.path_slot];
    }
    for (const auto& [path, count] : sent) EXPECT_NEAR(count, 20, 1) << path;
    EXPECT_EQ(sent.size(), 1000U);
}

TEST(HelloSchedule, WhatThereIsNoRoomForStaysDue) {
    peers::HelloSchedule schedule;
    schedule.set_targets({{0, 0}, {0, 1}, {0, 2}});
    EXPECT_TRUE(schedule.due(1'000'000'000, 0).empty());
    EXPECT_EQ(schedule.due(1'000'000'000, 2).size(), 2U);
    const auto rest = schedule.due(1'000'000'000, 2);
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest.front().path_slot, 2U);
}

TEST(HelloSchedule, APauseIsNotMadeUpFor) {
    peers::HelloSchedule schedule;
    schedule.set_targets({{0, 0}, {0, 1}, {0, 2}});
    schedule.due(1'000'000'000, any);
    EXPECT_EQ(schedule.due(60'000'000'000, any).size(), 3U);
    schedule.set_targets({{0, 1}});
    EXPECT_EQ(schedule.due(60'000'000'000, any).size(), 1U);
    schedule.set_targets({});
    EXPECT_TRUE(schedule.due(70'000'000'000, any).empty());
}

}  // namespace
}  // namespace ropewalk::control::peers
