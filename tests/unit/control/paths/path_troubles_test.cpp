#include "control/paths/path_troubles.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "control/paths/path_health.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::control::paths {
namespace {

using config::region::LinkCode;
using config::region::LinkReason;

/// One path of a tunnel, looked at every 100 ms, with a next hop and a dataplane unless told otherwise.
class PathTroublesTest : public ::testing::Test {
protected:
    using Lines = std::vector<std::string>;
    static constexpr std::uint64_t second = 1'000'000'000, step = PathTroubles::look_interval_ns;

    PathTroublesTest() {
        table.configure(gateway, resolved);
        hints.configure(gateway, resolved);
        troubles.configure(gateway, resolved);
        health.configure(gateway, resolved);
        hello();
        next_hop("");
    }

    /// The peer is of a release that sends no probes, so that silence of more than a second counts.
    void hello() {
        const auto bytes = peers::encode({{0, 1, 0}, "hub", {1}, 1});
        config::region::Message message{};
        message.head.tunnel_slot = resolved.tunnel_slots.at("site0");
        message.size = bytes.size();
        std::ranges::copy(bytes, message.bytes.begin());
        peers.receive(message);
    }

    void next_hop(const std::string& problem) {
        const std::vector<NextHopFact> seen{
            {slot, config::schema::MacAddress{{2, 0, 0, 0, 0, 1}}, "", "", problem, 1500, 0}};
        table.run(seen, now, ignored);
    }
    void port(LinkCode link, LinkReason reason = LinkReason::none) {
        sights.ports[resolved.port_slots.at("wan0")] = {link, reason};
    }
    /// Lets time pass; hellos come by the path or not.
    void pass(std::uint64_t time_ns, bool is_heard) {
        for (const std::uint64_t end = now + time_ns; now < end; now += step) {
            if (is_heard) look.heard_ns = now;
            if (dataplane_runs) sights.seen_ns = now;
            hints.run({}, now);
            health.run({table, sights, peers, {&look, 1}, dataplane_runs ? now : 0}, now);
            events::Events events;
            troubles.run({table, health, sights, hints}, now, events);
            for (const auto& event : events) {
                if (event.path_slot != slot) continue;
                const auto* const troubled = std::get_if<events::PathTroubled>(&event.what);
                if (const auto* const well = std::get_if<events::PathWell>(&event.what)) after_ns = well->after_ns;
                lines.push_back(troubled == nullptr ? "well" : troubled->trouble);
            }
        }
    }
    void hear(std::uint64_t time_ns) { pass(time_ns, true); }
    void hear_nothing(std::uint64_t time_ns) { pass(time_ns, false); }
    void icmp(std::uint8_t type, std::uint8_t code) {
        const auto& path = gateway.tunnels[0].paths[0];
        const std::vector<IcmpError> errors{{path.local, path.peer, path.peer.address, type, code, 0}};
        hints.run(errors, now);
    }
    Lines take() { return std::exchange(lines, {}); }
    static bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

    const config::schema::Gateway gateway = tests::unit::hub_with(1);
    const config::snapshot::Resolved resolved = tests::unit::resolved_for(gateway);
    const std::uint32_t slot = resolved.path_slots.at("site0/path0");
    PathTable table;
    IcmpHints hints;
    PathSights sights;
    peers::Peers peers;
    HealthTable health;
    PathLook look{.path_slot = slot, .heard_ns = 0, .probe = {}, .copies = std::nullopt};
    PathTroubles troubles;
    bool dataplane_runs = true;
    std::uint64_t now = 100 * second, after_ns = 0;
    Lines lines;
    events::Events ignored;
};

TEST_F(PathTroublesTest, ALivePathIsNothingToTell) {
    hear(60 * second);
    EXPECT_EQ(take(), Lines{});
}

TEST_F(PathTroublesTest, SilenceIsToldOnceAndItsEnd) {
    hear(60 * second);
    hear_nothing(PathHealth::hello_silence_ns - step);
    EXPECT_EQ(take(), Lines{});
    hear_nothing(10 * second);
    const Lines told = take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(has(told[0], "down: nothing came from the peer by it for 1500 ms")) << told[0];
    hear(5 * second);
    EXPECT_EQ(take(), Lines{"well"});
    EXPECT_NEAR(static_cast<double>(after_ns), 10.0 * second, 0.5 * second);
}

TEST_F(PathTroublesTest, APathThatNeverSpokeHasItsTime) {
    hear_nothing(PathHealth::first_word_ns - step);
    EXPECT_EQ(take(), Lines{});
    hear_nothing(60 * second);
    const Lines told = take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(has(told[0], "yet")) << told[0];
    EXPECT_TRUE(has(told[0], "UDP 4500")) << told[0];
}

TEST_F(PathTroublesTest, APeerThatComesInTimeIsNotTold) {
    hear_nothing(PathHealth::first_word_ns - second);
    hear(30 * second);
    EXPECT_EQ(take(), Lines{});
}

TEST_F(PathTroublesTest, OurOwnDataplaneIsNoSilenceOfPaths) {
    hear(10 * second);
    dataplane_runs = false;
    sights = {};
    hear_nothing(60 * second);
    EXPECT_EQ(take(), Lines{});
    dataplane_runs = true;
    hear_nothing(5 * second);
    EXPECT_EQ(take(), Lines{}) << "it has only begun to listen";
    hear(10 * second);
    EXPECT_EQ(take(), Lines{});
}

/// Its workers stand still, and hear nothing of what comes.
TEST_F(PathTroublesTest, ADataplaneThatIsStoppedIsNoSilenceOfPaths) {
    hear(10 * second);
    dataplane_runs = false;
    hear_nothing(3 * second);
    EXPECT_EQ(take(), Lines{});
}

TEST_F(PathTroublesTest, WhatWasToldStaysWhileNobodyCanSay) {
    hear(10 * second);
    hear_nothing(5 * second);
    ASSERT_EQ(take().size(), 1U);
    dataplane_runs = false;
    sights.seen_ns = 0;
    hear_nothing(30 * second);
    dataplane_runs = true;
    hear_nothing(60 * second);
    EXPECT_EQ(take(), Lines{}) << "it is as silent as before";
    hear(5 * second);
    EXPECT_EQ(take(), Lines{"well"});
}

TEST_F(PathTroublesTest, APortThatIsDownIsTheReason) {
    hear(10 * second);
    port(LinkCode::down, LinkReason::no_carrier);
    hear_nothing(5 * second);
    next_hop("interface eth0 has no carrier");
    hear_nothing(20 * second);
    Lines told = take();
    ASSERT_EQ(told.size(), 1U) << "not that it is silent, too";
    EXPECT_TRUE(has(told[0], "its port wan0 is down: interface eth0 has no carrier")) << told[0];
    port(LinkCode::up);
    next_hop("");
    hear_nothing(second);
    hear(5 * second);
    EXPECT_EQ(take(), Lines{"well"}) << "the first hello may take its time";
}

TEST_F(PathTroublesTest, ANextHopThatIsDeadIsTheReasonAndIsShown) {
    hear(10 * second);
    next_hop("router does not answer");
    hear_nothing(step);
    EXPECT_EQ(troubles.next_hop_problem(slot), "router does not answer") << "at once";
    hear_nothing(10 * second);
    const Lines told = take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(has(told[0], "router does not answer; its last known Ethernet address is used meanwhile")) << told[0];
    next_hop("");
    hear(second);
    EXPECT_EQ(troubles.next_hop_problem(slot), "router does not answer (it comes and goes)");
    hear(5 * second);
    EXPECT_EQ(take(), Lines{"well"});
    EXPECT_EQ(troubles.next_hop_problem(slot), "");
}

TEST_F(PathTroublesTest, ANextHopThatFlipsForAnHourIsAFewLinesAndAlwaysShown) {
    hear(10 * second);
    next_hop("no carrier");
    hear(3 * second);
    unsigned hidden = 0;
    for (int i = 0; i < 600; ++i) {
        next_hop(i % 2 == 0 ? "" : "no carrier");
        for (int k = 0; k < 60; ++k) {
            hear(step);
            hidden += troubles.next_hop_problem(slot).empty() ? 1U : 0U;
        }
    }
    EXPECT_EQ(take().size(), 3U);
    EXPECT_LE(hidden, 60U) << "but for the one time when it was told to be over";
}

TEST_F(PathTroublesTest, APathThatFlipsBetweenSilentAndUpIsAFewLines) {
    hear(10 * second);
    for (int i = 0; i < 600; ++i) {
        hear_nothing(4 * second);
        hear(3 * second);
    }
    EXPECT_LE(take().size(), 3U);
}

TEST_F(PathTroublesTest, WhatIcmpSaysIsPartOfTheReason) {
    hear(10 * second);
    for (int i = 0; i < 20; ++i) {
        icmp(3, 3);
        hear_nothing(second);
    }
    const Lines told = take();
    ASSERT_FALSE(told.empty());
    EXPECT_LE(told.size(), 2U) << "first what ICMP says, then that it is silent";
    EXPECT_TRUE(has(told.back(), "nothing came")) << told.back();
    EXPECT_TRUE(has(told.back(), "198.51.100.1 says by ICMP of copies to 198.51.100.1:10000: port unreachable"))
        << told.back();
    hear(30 * second);
    EXPECT_EQ(take().back(), "well");
}

TEST_F(PathTroublesTest, WithoutACopyHeaderOnlyNextHopAndPortAreJudged) {
    auto stock = gateway;
    stock.tunnels[0].wire = config::Wire::esp;
    troubles = {};
    troubles.configure(stock, resolved);
    health = {};
    health.configure(stock, resolved);
    hear_nothing(60 * second);
    EXPECT_EQ(take(), Lines{});
    next_hop("router does not answer");
    hear_nothing(5 * second);
    EXPECT_EQ(take().size(), 1U);
    next_hop("");
    hear_nothing(5 * second);
    EXPECT_EQ(take(), Lines{"well"});
}

TEST_F(PathTroublesTest, APathThatIsTakenOutIsForgotten) {
    hear(10 * second);
    hear_nothing(5 * second);
    ASSERT_EQ(take().size(), 1U);
    auto without = gateway;
    without.tunnels[0].paths.erase(without.tunnels[0].paths.begin());
    troubles.configure(without, resolved);
    health.configure(without, resolved);
    hear_nothing(5 * second);
    EXPECT_EQ(take(), Lines{});
    troubles.configure(gateway, resolved);
    health.configure(gateway, resolved);
    hear_nothing(5 * second);
    EXPECT_EQ(take(), Lines{}) << "it begins anew";
}

}  // namespace
}  // namespace ropewalk::control::paths
