#include <algorithm>
#include <map>
#include <memory>

#include <gtest/gtest.h>

#include "control/telling/log_line.hpp"
#include "control/turn.hpp"
#include "dataplane/channel/read_at_start.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::control {
namespace {

using config::region::DataplaneState;
using config::region::PathUse;
using config::schema::MacAddress;

constexpr std::uint64_t tick = 20'000'000, second = 1'000'000'000;

reload::Configuration configuration_of(const config::schema::Gateway& gateway) {
    return {gateway, tests::unit::resolved_for(gateway).keys};
}

/// Drives a turn as a kernel's side would, with a dataplane that takes what it is given unless told otherwise.
class TurnTest : public ::testing::Test {
protected:
    void start(const config::schema::Gateway& gateway) {
        Effects effects;
        ASSERT_TRUE(turn.start(configuration_of(gateway), {}, facts(), now, effects));
        keep(std::move(effects));
    }
    void run(Facts facts) {
        now += tick;
        Effects effects;
        turn.run(std::move(facts), now, effects);
        keep(std::move(effects));
    }
    void run() { run(facts()); }
    void reload(const config::schema::Gateway& gateway, reload::Asker asker = 1) {
        Facts with_request = facts();
        with_request.reloads.push_back({asker, configuration_of(gateway)});
        run(std::move(with_request));
    }
    /// Starts, and reloads to what this returns, with a dataplane that has not judged it yet.
    config::schema::Gateway reload_that_waits_for_workers(reload::Asker asker) {
        start(sample);
        dataplane_runs();
        follows = false;
        auto changed = sample;
        changed.tunnels[0].paths[1].mtu = config::schema::Bytes{1450};
        reload(changed, asker);
        return changed;
    }
    void next_hop(const std::string& path, std::optional<MacAddress> mac, const std::string& problem = {}) {
        Facts seen = facts();
        seen.next_hops.push_back({turn.resolved().path_slots.at(path), mac, "", "behind eth0", problem});
        run(std::move(seen));
    }
    /// All paths of the first tunnel have a next hop, and the first one has these MTUs.
    void see_mtus(std::uint32_t interface_mtu, std::uint32_t route_mtu) {
        Facts seen = facts();
        for (const auto& path : sample.tunnels[0].paths) {
            const std::string key = config::snapshot::path_key(sample.tunnels[0], path);
            seen.next_hops.push_back({turn.resolved().path_slots.at(key), router, "", "", "", 1500, 0});
        }
        seen.next_hops.front().interface_mtu = interface_mtu;
        seen.next_hops.front().route_mtu = route_mtu;
        run(std::move(seen));
    }
    /// The peer of site0 probes these paths, and has just heard our probes on them; `at` when they came.
    void probe(const std::vector<std::string>& paths) {
        now += 5'000'000;
        Facts seen = facts();
        seen.heard_until_ns = now;
        for (const auto& [path, slot] : turn.resolved().path_slots) {
            auto& sight = probe_sights[slot];
            if (std::ranges::find(paths, path) != paths.end() && now >= sight.arrived_ns + 50'000'000)
                sight = {now, now - 10'000'000, now - 20'000'000, 1'000'000, 0, sight.number + 1, 0, 0, 50'000};
            seen.path_looks.push_back({slot, sight.arrived_ns, sight, 0, std::nullopt});
        }
        now -= tick;
        run(std::move(seen));
    }
    /// Two paths of site0 have next hops, and its peer probes paths.
    void start_probed() {
        start(sample);
        dataplane_runs();
        for (const auto& path : both) next_hop(path, router);
        peer_probes = true;
        hello(1, 1);
    }
    void hello(std::uint8_t shards, std::uint64_t sequence, const std::string& path = "site0/path0") {
        run(hearing(shards, sequence, turn.resolved().keys.at("site0").rx_key_id, path));
    }
    /// A worker opened a hello with that key.
    Facts hearing(std::uint8_t shards, std::uint64_t sequence, std::uint64_t rx_key_id,
                  const std::string& path = "site0/path0") {
        Facts heard = facts();
        const auto bytes = peers::encode({{0, 1, 0}, "hub", {1}, shards, false, peer_probes});
        config::region::Message message{};
        message.head = {
            turn.resolved().tunnel_slots.at("site0"),      turn.resolved().path_slots.at(path), now, sequence, {},
            config::region::TunnelOrder::tag_of(rx_key_id)};
        message.size = bytes.size();
        std::ranges::copy(bytes, message.bytes.begin());
        heard.messages.push_back(message);
        return heard;
    }
    void hello_of_a_peer_that_answers_mtu_probes() {
        Facts heard = hearing(1, 1, turn.resolved().keys.at("site0").rx_key_id);
        const auto bytes = peers::encode({{0, 1, 0}, "hub", {1}, 1, true});
        std::ranges::copy(bytes, heard.messages[0].bytes.begin());
        run(std::move(heard));
    }
    /// Answers, opened with that key, to those probes of the turn before that are no larger.
    Facts answering(std::uint16_t carries, std::uint64_t rx_key_id) {
        Facts heard = facts();
        for (const auto& sent : last.messages) {
            const auto probe = peers::decode_mtu_probe(sent.bytes);
            if (!probe || probe->outer_bytes > carries) continue;
            const auto bytes = peers::encode(peers::MtuAnswer{*probe, sent.head.padded_bytes});
            config::region::Message message{};
            message.head = sent.head;
            message.head.key_tag = config::region::TunnelOrder::tag_of(rx_key_id);
            message.size = bytes.size();
            std::ranges::copy(bytes, message.bytes.begin());
            heard.messages.push_back(message);
        }
        return heard;
    }
    /// What a look at workers' cells shows: these paths are heard, no other ever was later than before.
    Facts sights_of(const std::vector<std::string>& heard) {
        for (const auto& path : heard) heard_ns[turn.resolved().path_slots.at(path)] = now;
        Facts seen = facts();
        seen.path_sights = {now, {}};
        seen.heard_until_ns = now;
        for (const auto& [path, slot] : turn.resolved().path_slots) {
            const auto at = heard_ns.find(slot);
            seen.path_looks.push_back({slot, at == heard_ns.end() ? 0 : at->second, {}, 0, std::nullopt});
        }
        return seen;
    }
    void hear_paths(const std::vector<std::string>& heard) {
        now += tick;
        Facts seen = sights_of(heard);
        now -= tick;
        run(std::move(seen));
    }
    std::size_t lines_of(const Effects& effects) const {
        return static_cast<std::size_t>(std::ranges::count_if(effects.events, [&](const auto& event) {
            return telling::log_line(event, "hub", turn.resolved()).weight != telling::LogLine::Weight::nothing;
        }));
    }
    void dataplane_runs(std::uint64_t pid = 7) {
        dataplane.sighting = {DataplaneState::running, pid, {static_cast<std::uint8_t>(pid)}};
        dataplane.acknowledged = {turn.generation()};
        dataplane.verified = turn.generation();
    }
    void dataplane_dies() { dataplane = {}; }

    /// The first generation, of the sample, and the orders that stand.
    Legacy left_behind() const {
        Legacy legacy{{{1, 0}, {1, 0, 0}, {}}, {path_orders, tunnel_orders, {}, {}}, path_health};
        legacy.snapshots.bytes = publication::Publisher().prepare(sample, turn.resolved()).value();
        return legacy;
    }
    Facts facts() const {
        Facts facts;
        facts.dataplane = dataplane;
        facts.inject_room = room;
        return facts;
    }
    void keep(Effects effects) {
        last = std::move(effects);
        if (last.publish && follows) dataplane.acknowledged.assign(1, last.publish->publication.generation);
        if (last.publish && follows) dataplane.verified = last.publish->publication.generation;
        for (const auto& [slot, order] : last.orders.paths) path_orders[slot] = order;
        for (const auto& [slot, order] : last.orders.tunnels) tunnel_orders[slot] = order;
        for (const auto& [slot, health] : last.health) path_health[slot] = health;
    }
    template <class Kind>
    bool happened() const {
        return events::has<Kind>(last.events);
    }
    static std::vector<std::string> keys_that_wait(const Effects& effects) {
        for (const auto& event : effects.events)
            if (const auto* const needed = std::get_if<events::RestartNeeded>(&event.what)) return needed->keys;
        return {};
    }
    PathUse use_of(const std::string& path) const {
        const auto found = path_orders.find(turn.resolved().path_slots.at(path));
        return found == path_orders.end() ? PathUse::none : found->second.use;
    }

    Turn turn{{0, 1, 0}};
    std::uint64_t now = 100 * second;
    publication::DataplaneFacts dataplane;
    std::map<std::uint32_t, std::uint64_t> heard_ns;
    std::map<std::uint32_t, config::region::ProbeSight> probe_sights;
    const std::vector<std::string> both{"site0/path0", "site0/path1"};
    bool peer_probes = false;
    bool follows = true;  ///< the dataplane takes at once what is published
    std::size_t room = config::region::ring_cells;
    Effects last;
    std::map<std::uint32_t, config::region::PathOrder> path_orders;
    std::map<std::uint32_t, config::region::TunnelOrder> tunnel_orders;
    std::map<std::uint32_t, config::region::PathHealth> path_health;
    const config::schema::Gateway sample = tests::unit::hub_with(2);
    const MacAddress router{{2, 0, 0, 0, 0, 1}};
};

TEST_F(TurnTest, TheFirstOnePublishesAndOrdersNothingToBeSent) {
    start(sample);
    ASSERT_TRUE(last.publish);
    EXPECT_EQ(last.publish->publication.generation, 1U);
    EXPECT_TRUE(happened<events::ConfigurationAdopted>());
    EXPECT_EQ(use_of("site0/path0"), PathUse::none);
    run();
    EXPECT_FALSE(last.publish) << "nothing has changed";
}

TEST_F(TurnTest, ANextHopThatIsFoundIsAnOrderAndNoPublication) {
    start(sample);
    next_hop("site0/path0", router);
    EXPECT_TRUE(happened<events::NextHopFound>());
    EXPECT_EQ(path_orders.at(turn.resolved().path_slots.at("site0/path0")),
              (config::region::PathOrder{PathUse::spare, router.bytes}))
        << "it has not proved itself";
    EXPECT_EQ(use_of("site0/path1"), PathUse::none);
    EXPECT_FALSE(last.publish);
    next_hop("site0/path0", router);
    EXPECT_TRUE(last.orders.paths.empty()) << "what stands in the cell is not written again";
    next_hop("site0/path0", std::nullopt);
    EXPECT_EQ(use_of("site0/path0"), PathUse::none);
    next_hop("site0/path0", router);
    EXPECT_EQ(use_of("site0/path0"), PathUse::spare);
    EXPECT_EQ(turn.generation(), 1U);
}

TEST_F(TurnTest, ARouteThatBecomesNarrowIsOneEventAndAnOrderAndNoPublication) {
    start(sample);
    dataplane_runs();
    const std::uint32_t slot = turn.resolved().tunnel_slots.at("site0");
    const std::uint16_t configured = config::snapshot::inner_mtu_of(sample, sample.tunnels[0]);
    EXPECT_EQ(tunnel_orders.at(slot).inner_mtu, configured);
    see_mtus(1500, 0);
    EXPECT_FALSE(happened<events::InnerMtuChanged>());
    EXPECT_TRUE(last.orders.tunnels.empty());
    see_mtus(1500, 1400);
    ASSERT_EQ(std::ranges::count_if(
                  last.events, [](const auto& it) { return std::holds_alternative<events::InnerMtuChanged>(it.what); }),
              1);
    EXPECT_EQ(tunnel_orders.at(slot).inner_mtu, 1330);
    EXPECT_EQ(last.orders.tunnels.size(), 1U) << "of no other tunnel";
    EXPECT_FALSE(last.publish);
    see_mtus(1500, 1400);
    run();
    EXPECT_FALSE(happened<events::InnerMtuChanged>());
    EXPECT_TRUE(last.orders.tunnels.empty());
    see_mtus(1500, 0);
    EXPECT_EQ(tunnel_orders.at(slot).inner_mtu, configured) << "what ICMP said has run out";
    EXPECT_EQ(turn.generation(), 1U);
}

TEST_F(TurnTest, AReloadToASmallerMtuOrdersItAtOnce) {
    const auto changed = reload_that_waits_for_workers(1);
    const std::uint32_t slot = turn.resolved().tunnel_slots.at("site0");
    EXPECT_EQ(tunnel_orders.at(slot).inner_mtu, config::snapshot::inner_mtu_of(changed, changed.tunnels[0]));
}

TEST_F(TurnTest, AnotherControlKeepsANarrowTunnelNarrow) {
    start(sample);
    dataplane_runs();
    see_mtus(1500, 1400);
    Legacy legacy{{{1, 0}, {1, 0, 0}, {}}, {path_orders, tunnel_orders, {}, {}}, path_health};
    legacy.snapshots.bytes = publication::Publisher().prepare(sample, turn.resolved()).value();

    Turn successor({0, 1, 0});
    Effects effects;
    ASSERT_TRUE(successor.start(configuration_of(sample), legacy, facts(), now, effects));
    EXPECT_TRUE(effects.orders.tunnels.empty()) << "not a packet too large meanwhile";
    EXPECT_EQ(successor.inner_mtus().of(successor.resolved().tunnel_slots.at("site0")).bytes, 1330);
}

TEST_F(TurnTest, ATunnelFollowsWhatProbesFind) {
    start(sample);
    dataplane_runs();
    see_mtus(1500, 0);
    hello_of_a_peer_that_answers_mtu_probes();
    const std::uint32_t slot = turn.resolved().tunnel_slots.at("site0");
    const std::uint16_t configured = tunnel_orders.at(slot).inner_mtu;
    const std::uint64_t rx_key_id = turn.resolved().keys.at("site0").rx_key_id;
    const auto until = now + 5 * second;
    for (; now < until && tunnel_orders.at(slot).inner_mtu == configured;) run(answering(1400, rx_key_id));
    EXPECT_EQ(tunnel_orders.at(slot).inner_mtu, 1330);
    ASSERT_TRUE(happened<events::InnerMtuChanged>());
    EXPECT_EQ(turn.inner_mtus().of(slot).source, "path path0, MTU 1400 found by probing");
    EXPECT_EQ(turn.generation(), 1U);
}

TEST_F(TurnTest, AnswersUnderAnotherKeyMeanNothing) {
    start(sample);
    dataplane_runs();
    see_mtus(1500, 0);
    hello_of_a_peer_that_answers_mtu_probes();
    const std::uint64_t rx_key_id = turn.resolved().keys.at("site0").rx_key_id;
    for (int i = 0; i < 100; ++i) run(answering(1500, rx_key_id + 1));
    const std::uint32_t slot = turn.resolved().path_slots.at("site0/path0");
    EXPECT_EQ(turn.path_mtus().search(slot).carried_bytes(), 0);
    EXPECT_EQ(turn.path_mtus().absurd_answers(turn.resolved().tunnel_slots.at("site0")), 0U);
    EXPECT_EQ(turn.peers().malformed(turn.resolved().tunnel_slots.at("site0")), 0U);
    for (int i = 0; i < 500; ++i) run(answering(1500, rx_key_id));
    EXPECT_EQ(turn.path_mtus().search(slot).carried_bytes(), 1500);
}

TEST_F(TurnTest, HellosHaveTheRoomBeforeProbes) {
    start(sample);
    dataplane_runs();
    see_mtus(1500, 0);
    room = 4;
    hello_of_a_peer_that_answers_mtu_probes();
    std::size_t probes = 0;
    for (int i = 0; i < 100; ++i) {
        run();
        ASSERT_LE(last.messages.size(), 4U);
        for (std::size_t k = 0; k + 1 < last.messages.size(); ++k)
            EXPECT_LE(last.messages[k].bytes[0], last.messages[k + 1].bytes[0]) << "hellos are type 1";
        probes += static_cast<std::size_t>(std::ranges::count_if(
            last.messages, [](const auto& message) { return peers::decode_mtu_probe(message.bytes).has_value(); }));
    }
    EXPECT_GT(probes, 0U);
}

TEST_F(TurnTest, AProblemIsToldAfterAWhileAndOnceAndWhenItIsOver) {
    start(sample);
    next_hop("site0/path0", router);
    next_hop("site0/path0", router, "no answer");
    EXPECT_FALSE(happened<events::PathTroubled>()) << "a neighbour may take its time";
    now += paths::PathTroubles::next_hop_patience_ns;
    run();
    EXPECT_TRUE(happened<events::PathTroubled>());
    EXPECT_EQ(use_of("site0/path0"), PathUse::spare) << "the last known address is used meanwhile";
    hello(1, 1);
    now += second;
    run();
    EXPECT_FALSE(happened<events::PathTroubled>());
    next_hop("site0/path0", router);
    now += second;
    hear_paths({"site0/path0"});
    EXPECT_FALSE(happened<events::PathWell>()) << "it may flip";
    now += config::CalmLog::calm_ns;
    hear_paths({"site0/path0"});
    EXPECT_TRUE(happened<events::PathWell>());
}

TEST_F(TurnTest, APathThatGoesSilentIsToldAndNothingElseIsDone) {
    start(sample);
    dataplane_runs();
    next_hop("site0/path0", router);
    hello(1, 1);
    for (int i = 0; i < 10; ++i) {
        now += second;
        hear_paths({"site0/path0"});
        EXPECT_FALSE(happened<events::PathTroubled>());
        EXPECT_EQ(use_of("site0/path0"), PathUse::use);
    }
    now += 2 * second;
    hear_paths({});
    ASSERT_TRUE(happened<events::PathTroubled>());
    const auto line = telling::log_line(last.events.front(), "hub", turn.resolved());
    EXPECT_EQ(line.text, "site0/path0: down: nothing came from the peer by it for 2020 ms");
    EXPECT_EQ(line.weight, telling::LogLine::Weight::warning);
    EXPECT_EQ(use_of("site0/path0"), PathUse::spare);
    EXPECT_FALSE(last.publish);
}

TEST_F(TurnTest, APathThatDiesSilentlyIsLeftAfterThreeProbes) {
    start_probed();
    const auto order_of = [&](const std::string& path) { return path_orders[turn.resolved().path_slots.at(path)]; };
    EXPECT_EQ(order_of("site0/path0").probe_interval_us, 50'000U);
    for (int i = 0; i < 100; ++i) probe(both);
    for (const auto& path : both) EXPECT_EQ(use_of(path), PathUse::use);
    std::vector<PathUse> uses;
    const std::uint64_t cut_ns = now;
    while (use_of("site0/path0") != PathUse::spare && now < cut_ns + second) {
        probe({"site0/path1"});
        EXPECT_FALSE(last.publish);
        if (uses.empty() || uses.back() != use_of("site0/path0")) uses.push_back(use_of("site0/path0"));
        EXPECT_EQ(use_of("site0/path1"), PathUse::use);
    }
    EXPECT_EQ(uses, (std::vector<PathUse>{PathUse::use, PathUse::suspect, PathUse::spare}));
    EXPECT_LE(now - cut_ns, 160'000'000U);
    EXPECT_EQ(order_of("site0/path1").rank, 0);
    for (int i = 0; i < 300; ++i) probe(both);
    EXPECT_EQ(use_of("site0/path0"), PathUse::use) << "and back by itself";
}

TEST_F(TurnTest, AMeteredPathCarriesWhenNoOtherIsFitAndIsIdleAfterwards) {
    auto gateway = sample;
    gateway.tunnels[0].paths.resize(2);
    gateway.tunnels[0].paths[1].metered = config::Metered::yes;
    start(gateway);
    dataplane_runs();
    for (const auto& path : both) next_hop(path, router);
    peer_probes = true;
    hello(1, 1);
    const std::uint32_t slot = turn.resolved().path_slots.at("site0/path1");
    const auto state = [&] { return turn.health().find(slot)->health.state(); };
    for (int i = 0; i < 100; ++i) probe(both);
    EXPECT_FALSE(path_orders[slot].is_reserved) << "nothing else was fit for long";
    for (int i = 0; i < 800; ++i) probe(both);
    EXPECT_TRUE(path_orders[slot].is_reserved);
    EXPECT_EQ(path_orders[slot].probe_interval_us, 1'000'000U);
    EXPECT_EQ(path_orders[slot].silence_us, 4'000'000U);
    EXPECT_EQ(use_of("site0/path1"), PathUse::use);
    EXPECT_EQ(state(), paths::PathState::metered_idle);

    const std::uint64_t cut_ns = now;
    while (use_of("site0/path0") == PathUse::use && now < cut_ns + second) probe({"site0/path1"});
    ASSERT_EQ(use_of("site0/path0"), PathUse::suspect);
    probe({"site0/path1"});
    EXPECT_FALSE(path_orders[slot].is_reserved) << "in the next turn";
    EXPECT_EQ(path_orders[slot].probe_interval_us, 50'000U);
    EXPECT_EQ(state(), paths::PathState::up);
    for (int i = 0; i < 1000; ++i) probe(both);
    EXPECT_TRUE(path_orders[slot].is_reserved);
}

TEST_F(TurnTest, AnotherControlTakesOverHowPathsAre) {
    start(sample);
    dataplane_runs();
    next_hop("site0/path0", router);
    const std::uint32_t slot = turn.resolved().path_slots.at("site0/path0");
    Legacy legacy = left_behind();
    legacy.health[slot] = {
        .state = paths::PathState::down, .flaps = 3, .since_ns = now, .hold_down_until_ns = now + 4 * second};
    Turn successor({0, 1, 0});
    Effects effects;
    ASSERT_TRUE(successor.start(configuration_of(sample), legacy, facts(), now, effects));
    EXPECT_EQ(successor.health().find(slot)->health.state(), paths::PathState::down);
    EXPECT_EQ(successor.health().find(slot)->health.flaps(), 3U);
}

/// Its first look at the cells comes before it knows which there are.
TEST_F(TurnTest, AnotherControlLeavesAPathInUseThatIsWell) {
    start_probed();
    for (int i = 0; i < 200; ++i) probe(both);
    ASSERT_EQ(use_of("site0/path0"), PathUse::use);
    Turn successor({0, 1, 0});
    Effects effects;
    Facts seen = facts();
    seen.heard_until_ns = now;
    ASSERT_TRUE(successor.start(configuration_of(sample), left_behind(), seen, now, effects));
    const std::uint32_t slot = turn.resolved().path_slots.at("site0/path0");
    EXPECT_FALSE(effects.orders.paths.contains(slot));
    EXPECT_EQ(successor.health().find(slot)->health.state(), paths::PathState::up);
    EXPECT_EQ(successor.health().find(slot)->health.flaps(), 0U);
}

TEST_F(TurnTest, AnOperatorDrainsAPathAndHasItUsedAgain) {
    start(sample);
    next_hop("site0/path0", router);
    const auto ask = [&](paths::PathWish wish, const std::string& path) {
        Facts request = facts();
        request.path_requests.push_back({7, wish, path});
        run(std::move(request));
        EXPECT_EQ(last.path_answers.size(), 1U);
        EXPECT_EQ(last.path_answers.at(0).asker, 7U);
        return last.path_answers.at(0);
    };
    using enum paths::PathAnswer::Outcome;
    EXPECT_EQ(ask(paths::PathWish::drain, "site0/path0").outcome, done);
    EXPECT_TRUE(happened<events::PathDrained>());
    EXPECT_EQ(use_of("site0/path0"), PathUse::drain);
    reload(sample);
    run();
    EXPECT_EQ(use_of("site0/path0"), PathUse::drain);

    Turn successor({0, 1, 0});
    Effects effects;
    ASSERT_TRUE(successor.start(configuration_of(sample), left_behind(), facts(), now, effects));
    const std::uint32_t slot = turn.resolved().path_slots.at("site0/path0");
    EXPECT_FALSE(effects.orders.paths.contains(slot)) << "another control leaves it as it is";

    EXPECT_EQ(ask(paths::PathWish::drain, "path0").outcome, refused) << "site1 has one, too";
    EXPECT_NE(ask(paths::PathWish::drain, "lte").line.find("the paths are site0/path0, site0/path1"),
              std::string::npos);
    for (std::size_t i = 1; i < sample.tunnels[0].paths.size(); ++i)
        ask(paths::PathWish::drain, config::snapshot::path_key(sample.tunnels[0], sample.tunnels[0].paths[i]));
    EXPECT_EQ(last.path_answers.at(0).outcome, refused) << "the last path that carries the tunnel's traffic";
    EXPECT_EQ(ask(paths::PathWish::use, "site0/path0").outcome, done);
    EXPECT_EQ(use_of("site0/path0"), PathUse::spare) << "as its state allows";
}

/// Anybody may have written it.
TEST_F(TurnTest, AnIcmpErrorIsToldAndChangesNoOrder) {
    start(sample);
    dataplane_runs();
    next_hop("site0/path0", router);
    hello(1, 1);
    for (int i = 0; i < 3; ++i) {
        now += second;
        hear_paths({"site0/path0"});
    }
    Facts seen = sights_of({"site0/path0"});
    const auto& path = sample.tunnels[0].paths[0];
    seen.icmp_errors = {{path.local, path.peer, path.peer.address, 3, 3, 0}};
    now += second;
    run(std::move(seen));
    ASSERT_TRUE(happened<events::PathTroubled>());
    EXPECT_TRUE(last.orders.paths.empty() && last.orders.tunnels.empty());
    EXPECT_FALSE(last.publish);
    EXPECT_EQ(use_of("site0/path0"), PathUse::use);
}

TEST_F(TurnTest, APeerWhoseNumbersRanBackIsToldOfItsTunnel) {
    start(sample);
    dataplane_runs();
    run();
    Facts seen = sights_of({});
    const std::uint32_t slot = turn.resolved().tunnel_slots.at("site1");
    seen.numbers_behind[slot] = {now, 3600 * second};
    run(std::move(seen));
    ASSERT_TRUE(happened<events::PeerNumbersBehind>());
    const auto line = telling::log_line(last.events.front(), "hub", turn.resolved()).text;
    EXPECT_EQ(line.find("tunnel site1: copies come whose numbers are 3600 s"), 0U) << line;
    EXPECT_NE(turn.numbers_behind().trouble(slot), "");
}

/// All that comes in turn on two gateways at rest: hellos, what workers leave, what the kernel is asked every second.
TEST_F(TurnTest, ADayOfRestIsNoLineInTheLog) {
    start(sample);
    dataplane_runs();
    const std::vector<std::string> paths{"site0/path0", "site0/path1"};
    std::uint64_t sequence = 0;
    const auto pass = [&](std::uint64_t time_ns) {
        std::size_t lines = 0;
        for (const std::uint64_t end = now + time_ns; now < end; now += second - tick) {
            Facts seen = sights_of(paths);
            for (const auto& path : paths) {
                seen.next_hops.push_back(
                    {turn.resolved().path_slots.at(path), router, "203.0.113.9", "203.0.113.9", "", 1500, 0});
                const std::uint64_t key = turn.resolved().keys.at("site0").rx_key_id;
                seen.messages.push_back(hearing(1, ++sequence, key, path).messages.front());
            }
            run(std::move(seen));
            lines += lines_of(last);
            EXPECT_FALSE(last.publish);
        }
        return lines;
    };
    EXPECT_EQ(pass(60 * second), 2 + paths.size()) << "the dataplane, the peer, next hops";
    EXPECT_EQ(pass(24 * 3600 * second), 0U);
}

/// Its kernel gives it up and finds it again in turn.
TEST_F(TurnTest, ANextHopThatFlipsForAnHourIsAFewLines) {
    start(sample);
    dataplane_runs();
    std::size_t lines = 0;
    for (unsigned i = 0; i < 3600; ++i) {
        Facts seen = sights_of({"site0/path0"});
        seen.next_hops.push_back({turn.resolved().path_slots.at("site0/path0"), router, "", "",
                                  i % 8 < 4 ? "router does not answer" : "", 1500, 0});
        seen.messages = hearing(1, i + 1, turn.resolved().keys.at("site0").rx_key_id).messages;
        now += second - tick;
        run(std::move(seen));
        for (const auto& event : last.events)
            lines += event.path_slot == turn.resolved().path_slots.at("site0/path0") ? 1U : 0U;
        EXPECT_EQ(use_of("site0/path0"), PathUse::use);
    }
    EXPECT_EQ(lines, 1 + 3U) << "the peer, and the problem";
}

TEST_F(TurnTest, AReloadIsAnsweredWhenEveryWorkerHasIt) {
    const auto changed = reload_that_waits_for_workers(5);
    ASSERT_TRUE(last.publish);
    EXPECT_EQ(turn.gateway(), changed);
    EXPECT_TRUE(last.answers.empty());
    run();
    EXPECT_TRUE(last.answers.empty());
    dataplane_runs();
    run();
    ASSERT_EQ(last.answers.size(), 1U);
    EXPECT_EQ(last.answers[0].asker, 5U);
    EXPECT_TRUE(last.answers[0].report.succeeded);
    EXPECT_EQ(last.answers[0].report.generation, 2U);
}

TEST_F(TurnTest, AWorkerThatNeverTakesAReloadIsToldOf) {
    reload_that_waits_for_workers(1);
    now += reload::PendingReloads::reload_patience_ns;
    run();
    ASSERT_EQ(last.answers.size(), 1U);
    EXPECT_FALSE(last.answers[0].report.succeeded);
}

TEST_F(TurnTest, AReloadThatTheDataplaneRefusesSaysWhy) {
    reload_that_waits_for_workers(1);
    dataplane.refused = 2;
    dataplane.refusal = "no memory";
    run();
    EXPECT_TRUE(happened<events::GenerationRefused>());
    ASSERT_EQ(last.answers.size(), 1U);
    EXPECT_FALSE(last.answers[0].report.succeeded);
    EXPECT_NE(last.answers[0].report.lines.back().find("no memory"), std::string::npos);
}

TEST_F(TurnTest, WhatTheKernelSaysToAReloadStandsInItsAnswer) {
    start(sample);
    Facts request = facts();
    request.reloads.push_back({1, configuration_of(sample), {"tunnels.site0.prefixes: beware"}});
    run(std::move(request));
    ASSERT_EQ(last.answers.size(), 1U);
    EXPECT_EQ(last.answers[0].report.lines[0], "tunnels.site0.prefixes: beware");
}

TEST_F(TurnTest, ASlotIsWipedWhenEveryWorkerHasLeftItsSnapshot) {
    reload_that_waits_for_workers(1);
    EXPECT_TRUE(last.superseded_slots.empty());
    dataplane_runs();
    run();
    EXPECT_EQ(last.superseded_slots, std::vector<std::uint32_t>{0});
    run();
    EXPECT_TRUE(last.superseded_slots.empty()) << "once";
}

TEST_F(TurnTest, AReloadThatCannotBeReadChangesNothing) {
    start(sample);
    Facts request = facts();
    request.reloads.push_back({1, tl::unexpected<reload::ProblemLines>({"line 3: what is this"})});
    run(std::move(request));
    ASSERT_EQ(last.answers.size(), 1U);
    EXPECT_FALSE(last.answers[0].report.succeeded);
    EXPECT_EQ(turn.gateway(), sample);
    EXPECT_FALSE(last.publish);
    auto renamed = sample;
    renamed.name = "other";
    reload(renamed);
    ASSERT_EQ(last.answers.size(), 1U);
    EXPECT_FALSE(last.answers[0].report.succeeded) << "a gateway cannot be renamed";
    EXPECT_EQ(turn.gateway(), sample);
}

TEST_F(TurnTest, WhatNeedsARestartWaitsForIt) {
    start(sample);
    dataplane_runs();
    auto changed = sample;
    changed.dataplane.memory = config::schema::Bytes{256ULL << 20};
    reload(changed);
    run();
    EXPECT_EQ(turn.gateway().dataplane, sample.dataplane);
    EXPECT_EQ(turn.waiting_changes().size(), 1U);
    dataplane_dies();
    run();
    EXPECT_TRUE(happened<events::DataplaneGone>());
    EXPECT_TRUE(happened<events::WaitingAdopted>());
    EXPECT_EQ(turn.gateway(), changed);
    EXPECT_TRUE(turn.waiting_changes().empty());
    ASSERT_TRUE(last.publish);
}

TEST_F(TurnTest, ADataplaneThatComesOrIsReplacedIsTold) {
    start(sample);
    dataplane_runs(7);
    run();
    EXPECT_TRUE(happened<events::DataplaneAppeared>());
    dataplane_runs(8);
    run();
    EXPECT_TRUE(happened<events::DataplaneReplaced>());
    dataplane_dies();
    run();
    EXPECT_TRUE(happened<events::DataplaneGone>());
    EXPECT_FALSE(last.publish);
}

TEST_F(TurnTest, APublicationThatFindsNoSlotIsMadeUpFor) {
    start(sample);
    dataplane_runs();
    follows = false;
    auto changed = sample;
    for (const std::uint32_t mtu : {1450U, 1451U}) {
        changed.tunnels[0].paths[1].mtu = config::schema::Bytes{mtu};
        reload(changed);
        EXPECT_TRUE(last.publish) << mtu;
    }
    changed.tunnels[0].paths[1].mtu = config::schema::Bytes{1452};
    reload(changed, 9);
    EXPECT_FALSE(last.publish) << "every slot may still be read";
    run();
    EXPECT_FALSE(last.publish);
    dataplane_runs();
    follows = true;
    run();
    ASSERT_TRUE(last.publish);
    EXPECT_EQ(config::region::View(last.publish->bytes).paths()[1].mtu, 1452);
    run();
    ASSERT_EQ(last.answers.size(), 1U) << "the reload waits for the generation that carries it";
    EXPECT_EQ(last.answers[0].report.generation, 4U);
}

TEST_F(TurnTest, APeersShardsAreAnOrderOfItsKey) {
    start(sample);
    dataplane_runs();
    const std::uint32_t slot = turn.resolved().tunnel_slots.at("site0");
    EXPECT_EQ(tunnel_orders.at(slot).tx_shards, 1);
    hello(4, 100);
    EXPECT_TRUE(happened<events::PeerAppeared>());
    EXPECT_TRUE(happened<events::PeerShardsLearnt>());
    EXPECT_EQ(tunnel_orders.at(slot).tx_shards, 4);
    EXPECT_FALSE(last.publish);
    hello(2, 50, "site0/path1");
    EXPECT_EQ(tunnel_orders.at(slot).tx_shards, 4) << "it was long under way";

    auto other_key = configuration_of(sample);
    other_key.keys.at("site0").rx_key_id ^= 0xff;
    Facts request = facts();
    request.reloads.push_back({1, other_key});
    run(std::move(request));
    EXPECT_EQ(tunnel_orders.at(slot).tx_shards, 1) << "another gateway may hold the new key";
    hello(2, 10);
    EXPECT_EQ(tunnel_orders.at(slot).tx_shards, 2) << "numbers of another key begin anew";
}

/// The holder of one key, who says another thing with each of 50 hellos a second, for as long as it likes.
TEST_F(TurnTest, APeerThatChangesItsMindAllTheTimeCostsNextToNothing) {
    start(sample);
    dataplane_runs();
    const std::uint32_t slot = turn.resolved().tunnel_slots.at("site0");
    std::size_t lines = 0, order_writes = 0, publications = 0;
    std::uint64_t untold = 0;
    const auto count = [&] {
        for (const auto& event : last.events) {
            const auto* const appeared = std::get_if<events::PeerAppeared>(&event.what);
            const auto* const learnt = std::get_if<events::PeerShardsLearnt>(&event.what);
            lines += appeared != nullptr || learnt != nullptr ? 1 : 0;
            untold += appeared != nullptr ? appeared->untold : learnt != nullptr ? learnt->untold : 0;
        }
        order_writes += last.orders.tunnels.size();
        publications += last.publish ? 1 : 0;
    };
    constexpr std::uint64_t hellos = 3000;
    for (std::uint64_t i = 0; i < hellos; ++i) {
        Facts heard = hearing(i % 2 == 0 ? 4 : 8, 100 + i, turn.resolved().keys.at("site0").rx_key_id);
        auto bytes = peers::encode({{0, 1, 0},
                                    "hub",
                                    {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8)},
                                    static_cast<std::uint8_t>(i % 2 == 0 ? 4 : 8)});
        std::ranges::copy(bytes, heard.messages[0].bytes.begin());
        run(std::move(heard));
        count();
    }
    const std::size_t seconds = hellos * tick / second;
    EXPECT_EQ(publications, 0U);
    EXPECT_LE(order_writes, 8 + seconds / 5 + 1);
    EXPECT_LE(lines, 2 * (8 + seconds / 60 + 1));

    // It makes up its mind: what it says is followed before it may close a port, and told in the end, with the number.
    for (std::uint64_t i = 0; i < 300; ++i) {
        hello(2, 100'000 + i);
        count();
    }
    EXPECT_EQ(tunnel_orders.at(slot).tx_shards, 2);
    for (std::uint64_t i = 0; i < 3300; ++i) {
        hello(2, 200'000 + i);
        count();
    }
    EXPECT_GT(untold, hellos - 20) << "what is not told is counted";
}

TEST_F(TurnTest, WhatWorkersHeardUnderTheFormerKeyIsNotOfTheNewOne) {
    start(sample);
    dataplane_runs();
    const std::uint32_t slot = turn.resolved().tunnel_slots.at("site0");
    const std::uint64_t former_key = turn.resolved().keys.at("site0").rx_key_id;
    hello(4, 100);

    auto other_key = configuration_of(sample);
    other_key.keys.at("site0").rx_key_id ^= 0xff;
    Facts in_the_ring = hearing(4, 101, former_key);
    in_the_ring.reloads.push_back({1, other_key});
    run(std::move(in_the_ring));
    EXPECT_EQ(tunnel_orders.at(slot).tx_shards, 1) << "it was in the ring when the keys changed";
    run(hearing(4, 102, former_key));
    EXPECT_EQ(tunnel_orders.at(slot).tx_shards, 1) << "its worker did not have the new key yet";
    hello(2, 10);
    EXPECT_EQ(tunnel_orders.at(slot).tx_shards, 2);
}

TEST_F(TurnTest, AnotherControlGoesOnWithTheOrdersThatStand) {
    start(sample);
    next_hop("site0/path0", router);
    dataplane_runs();
    hello(4, 100);

    Turn successor({0, 1, 0});
    Effects effects;
    ASSERT_TRUE(successor.start(configuration_of(sample), left_behind(), facts(), now, effects));
    EXPECT_TRUE(events::has<events::TookOver>(effects.events));
    EXPECT_FALSE(effects.publish) << "it would say the same";
    EXPECT_TRUE(effects.orders.paths.empty() && effects.orders.tunnels.empty());
}

/// Nobody knows any more what the first control had read; what it published tells enough.
TEST_F(TurnTest, AnotherControlPublishesNothingThatNeedsARestart) {
    start(sample);
    dataplane_runs();
    auto edited = sample;
    edited.dataplane.workers = 2;
    edited.state_dir = "/elsewhere";
    edited.inside.interface = "rw9";
    edited.tunnels[0].paths[1].mtu = config::schema::Bytes{1450};

    Turn successor({0, 1, 0});
    Effects effects;
    ASSERT_TRUE(successor.start(configuration_of(edited), left_behind(), facts(), now, effects));
    ASSERT_TRUE(effects.publish);
    const config::region::View published(effects.publish->bytes);
    const auto before = left_behind();
    EXPECT_TRUE(dataplane::channel::ReadAtStart(config::region::View(before.snapshots.bytes)).holds_in(published));
    EXPECT_EQ(published.paths()[1].mtu, 1450) << "the rest is taken over";
    EXPECT_EQ(keys_that_wait(effects),
              (std::vector<std::string>{"gateway.state_dir", "dataplane.workers", "inside.interface"}));

    Effects after;
    successor.run({}, now + tick, after);
    EXPECT_TRUE(events::has<events::WaitingAdopted>(after.events)) << "the dataplane is gone";
    EXPECT_EQ(successor.gateway(), edited);
    ASSERT_TRUE(after.publish);
    EXPECT_EQ(config::region::View(after.publish->bytes).header().boot.workers, 2);
}

TEST_F(TurnTest, AnotherControlKeepsTunnelsOnPortsThatNeedARestart) {
    start(sample);
    next_hop("site0/path0", router);
    dataplane_runs();
    auto edited = configuration_of(sample);
    edited.gateway.ports[0].device = "eth9";
    edited.gateway.ports.push_back({.name = "wan4", .driver = config::PortDriver::af_xdp, .device = "eth4"});
    edited.gateway.tunnels[0].paths[0].port = "wan4";
    edited.gateway.tunnels[0].peer = "other";
    edited.keys.at("site0").tx_key_id ^= 0xff;

    Turn successor({0, 1, 0});
    Effects effects;
    ASSERT_TRUE(successor.start(edited, left_behind(), facts(), now, effects));
    EXPECT_FALSE(effects.publish) << "it would say the same";
    EXPECT_TRUE(effects.orders.paths.empty());
    EXPECT_EQ(successor.gateway().tunnels[0].peer, "site0");
    EXPECT_FALSE(keys_that_wait(effects).empty());
    EXPECT_FALSE(successor.waiting_changes().empty());
}

TEST_F(TurnTest, AnotherControlWithoutADataplaneTakesEverything) {
    start(sample);
    auto edited = sample;
    edited.dataplane.workers = 2;
    Turn successor({0, 1, 0});
    Effects effects;
    ASSERT_TRUE(successor.start(configuration_of(edited), left_behind(), facts(), now, effects));
    EXPECT_EQ(successor.gateway(), edited);
    EXPECT_TRUE(keys_that_wait(effects).empty());
}

/// Its main lcore waits for something; when it goes on it would be given what it cannot take.
TEST_F(TurnTest, ADataplaneThatStandsStillIsNotTakenForGone) {
    start(sample);
    dataplane_runs();
    run();
    auto changed = sample;
    changed.dataplane.workers = 2;
    reload(changed);
    dataplane.sighting = {};
    dataplane.sighting.stands_still = true;
    run();
    EXPECT_TRUE(happened<events::DataplaneGone>());
    EXPECT_FALSE(happened<events::WaitingAdopted>());
    EXPECT_FALSE(last.publish);
    changed.state_dir = "/elsewhere";
    reload(changed);
    EXPECT_FALSE(last.publish);
    EXPECT_EQ(turn.gateway(), sample);
    EXPECT_EQ(turn.waiting_changes().size(), 2U);
    dataplane_dies();
    run();
    EXPECT_TRUE(happened<events::WaitingAdopted>());
    EXPECT_EQ(turn.gateway(), changed);
}

TEST_F(TurnTest, HellosNameTheirPathAndWaitForItsNextHop) {
    start(sample);
    dataplane_runs();
    next_hop("site0/path1", router);
    run();
    ASSERT_EQ(last.messages.size(), 0U);
    now += second;
    run();
    ASSERT_EQ(last.messages.size(), 1U);
    EXPECT_EQ(last.messages[0].head.tunnel_slot, turn.resolved().tunnel_slots.at("site0"));
    EXPECT_EQ(last.messages[0].head.path_slot, turn.resolved().path_slots.at("site0/path1"));
    EXPECT_EQ(peers::decode_hello(last.messages[0].bytes)->gateway, "hub");
}

TEST_F(TurnTest, AHubWith4096PathsNeverFloodsItsWorker) {
    const auto hub = tests::unit::hub_with(1024);
    start(hub);
    dataplane_runs();
    Facts seen = facts();
    for (const auto& [path, slot] : turn.resolved().path_slots) seen.next_hops.push_back({slot, router, "", "", ""});
    run(std::move(seen));

    // A worker that takes 200 messages a tick.
    const auto control_half = std::make_unique<config::region::RingProducerHalf>();
    config::region::RingConsumerHalf worker_half;
    std::size_t refused = 0;
    std::map<std::uint32_t, int> sent;
    for (int i = 0; i < 60; ++i) {
        room = ring_room(*control_half, worker_half);
        run();
        for (const auto& message : last.messages)
            refused += ring_push(*control_half, worker_half, message.head, message.bytes) ? 0U : 1U;
        config::region::Message taken;
        for (int k = 0; k < 200 && ring_pop(worker_half, *control_half, taken); ++k) ++sent[taken.head.path_slot];
    }
    EXPECT_EQ(refused, 0U);
    EXPECT_EQ(sent.size(), 4096U) << "every path has had its turn within 1.2 s";
}

}  // namespace
}  // namespace ropewalk::control
