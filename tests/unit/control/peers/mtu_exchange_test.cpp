#include "control/peers/mtu_exchange.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "config/region/inner_mtu.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::control::peers {
namespace {

using config::region::every_path_slot;
using config::region::Message;
using paths::MtuState;

constexpr std::uint64_t turn_ns = 20'000'000, second_ns = 1'000'000'000;

/// The probes of a gateway's paths, over IPv4 with 1500 bytes, and a peer that may answer.
class MtuExchangeTest : public ::testing::Test {
protected:
    void configure(const config::schema::Gateway& wanted) {
        gateway = wanted;
        resolved = tests::unit::resolved_for(gateway);
        paths.configure(gateway, resolved);
        exchange.configure(gateway, resolved, now_ns);
        std::vector<paths::NextHopFact> seen;
        for (const auto& [path, slot] : resolved.path_slots)
            seen.push_back({slot, config::schema::MacAddress{{2, 0, 0, 0, 0, 1}}, "", "", "", 1500, 0});
        paths.run(seen, now_ns, ignored);
    }
    std::uint32_t tunnel_slot(const std::string& tunnel = "site0") const { return resolved.tunnel_slots.at(tunnel); }
    std::uint32_t path_slot(const std::string& path = "site0/path0") const { return resolved.path_slots.at(path); }

    void hear_hello(bool answers_mtu_probes, std::uint32_t tunnel) {
        Hello hello{{0, 1, 0}, "site", {1}, 1, answers_mtu_probes};
        peers.receive(message_of(encode(hello), tunnel, ++sequence));
        peers.settle(now_ns);
    }
    template <class Bytes>
    static Message message_of(const Bytes& bytes, std::uint32_t tunnel, std::uint64_t number = 0) {
        Message message{};
        message.head.tunnel_slot = tunnel;
        message.head.sequence = number;
        message.head.padded_bytes = static_cast<std::uint16_t>(bytes.size());
        message.size = static_cast<std::uint32_t>(bytes.size());
        std::ranges::copy(bytes, message.bytes.begin());
        return message;
    }
    std::vector<OutgoingMessage> turn(std::size_t room = 256) {
        now_ns += turn_ns;
        is_news = exchange.follow_paths(peers, now_ns, paths);
        std::vector<OutgoingMessage> out;
        exchange.send(now_ns, room, out);
        return out;
    }
    /// As a peer that gets outer packets of up to so many bytes.
    void answer(const std::vector<OutgoingMessage>& sent, std::uint16_t carries = 1500) {
        for (const auto& message : sent)
            if (const auto probe = decode_mtu_probe(message.bytes); probe && probe->outer_bytes <= carries)
                exchange.receive(
                    message_of(encode(MtuAnswer{*probe, message.head.padded_bytes}), message.head.tunnel_slot), now_ns);
    }

    config::schema::Gateway gateway;
    config::snapshot::Resolved resolved;
    paths::PathTable paths;
    Peers peers;
    MtuExchange exchange;
    events::Events ignored;
    std::uint64_t now_ns = 1'000 * second_ns, sequence = 0;
    bool is_news = false;
};

TEST_F(MtuExchangeTest, only_a_peer_that_says_so_is_asked) {
    configure(tests::unit::hub_with(2));
    for (unsigned i = 0; i < 100; ++i) EXPECT_TRUE(turn().empty()) << "nobody was heard";
    hear_hello(false, tunnel_slot());
    for (unsigned i = 0; i < 100; ++i) EXPECT_TRUE(turn().empty()) << "it is of an earlier release";
    hear_hello(true, tunnel_slot());
    const auto sent = turn();
    EXPECT_EQ(sent.size(), 8U) << "four paths, a large and a small one each";
    for (const auto& message : sent) EXPECT_EQ(message.head.tunnel_slot, tunnel_slot());
}

TEST_F(MtuExchangeTest, probes_name_their_path_and_are_padded_to_the_size_they_say) {
    configure(tests::unit::hub_with(1));
    hear_hello(true, tunnel_slot());
    std::map<std::uint32_t, std::vector<std::uint16_t>> sizes;
    for (const auto& message : turn()) {
        const auto probe = decode_mtu_probe(message.bytes);
        ASSERT_TRUE(probe);
        const auto& path = gateway.tunnels[0].paths[probe->path_id - 1U];
        EXPECT_EQ(path_slot("site0/" + path.name), message.head.path_slot);
        EXPECT_EQ(message.head.padded_bytes,
                  config::region::inner_mtu_for(probe->outer_bytes, config::Family::ipv4, config::Wire::ropewalk));
        sizes[message.head.path_slot].push_back(probe->outer_bytes);
    }
    ASSERT_EQ(sizes.size(), 4U);
    for (const auto& [slot, both] : sizes) EXPECT_EQ(both, (std::vector<std::uint16_t>{1500, 84}));
}

TEST_F(MtuExchangeTest, what_is_found_stands_in_the_table) {
    configure(tests::unit::hub_with(1));
    hear_hello(true, tunnel_slot());
    EXPECT_FALSE(paths.paths().at(path_slot()).probed_mtu.is_awaited);
    answer(turn());
    EXPECT_TRUE(is_news) << "the first answers are awaited";
    turn();
    EXPECT_EQ(paths.paths().at(path_slot()).probed_mtu, (paths::ProbedMtu{0, false}));
    EXPECT_EQ(exchange.search(path_slot()).state(), MtuState::complete);
    exchange.follow_traffic({{tunnel_slot(), 1'000'000}});
    bool was_news = false;
    for (unsigned i = 0; i < 200; ++i) {
        answer(turn(), 1400);
        was_news |= is_news;
    }
    EXPECT_TRUE(was_news);
    for (const auto& [path, slot] : resolved.path_slots) EXPECT_EQ(paths.paths().at(slot).probed_mtu.limit_bytes, 1400);
}

TEST_F(MtuExchangeTest, users_packets_make_a_path_one_in_use) {
    configure(tests::unit::hub_with(1));
    hear_hello(true, tunnel_slot());
    answer(turn());
    std::size_t idle = 0, busy = 0;
    for (unsigned i = 0; i < 500; ++i) {
        const auto sent = turn();
        idle += sent.size();
        answer(sent);
        exchange.follow_traffic({{tunnel_slot(), 5}});
    }
    EXPECT_LE(idle, 8U) << "five packets are seen once";
    for (std::uint64_t i = 0; i < 500; ++i) {
        const auto sent = turn();
        busy += sent.size();
        answer(sent);
        exchange.follow_traffic({{tunnel_slot(), 100 + i}});
    }
    EXPECT_GE(busy, 8U * 8);
}

TEST_F(MtuExchangeTest, an_idle_metered_path_is_checked_as_if_no_packet_went_by_its_tunnel) {
    configure(tests::unit::hub_with(1));
    hear_hello(true, tunnel_slot());
    for (unsigned i = 0; i < 100; ++i) answer(turn());
    const paths::MeteredPath idle{path_slot(), paths::Duty::idle};
    exchange.follow_duties({&idle, 1});
    std::size_t of_idle = 0, of_others = 0;
    for (std::uint64_t i = 0; i < 500; ++i) {
        exchange.follow_traffic({{tunnel_slot(), 100 + i}});
        const auto sent = turn();
        for (const auto& message : sent) ++(message.head.path_slot == path_slot() ? of_idle : of_others);
        answer(sent);
    }
    EXPECT_LE(of_idle, paths::MtuSearch::probes_of_a_round);
    EXPECT_GE(of_others, 3U * 8);
}

TEST_F(MtuExchangeTest, the_first_answers_are_awaited_for_a_while_and_no_longer) {
    configure(tests::unit::hub_with(1));
    turn();
    EXPECT_TRUE(paths.paths().at(path_slot()).probed_mtu.is_awaited);
    now_ns += MtuExchange::first_probe_patience_ns;
    turn();
    EXPECT_TRUE(is_news);
    EXPECT_FALSE(paths.paths().at(path_slot()).probed_mtu.is_awaited);
}

TEST_F(MtuExchangeTest, a_path_may_be_left_alone) {
    auto wanted = tests::unit::hub_with(1);
    wanted.tunnels[0].paths[0].mtu_probing = config::MtuProbing::off;
    configure(wanted);
    hear_hello(true, tunnel_slot());
    const auto sent = turn();
    EXPECT_EQ(sent.size(), 6U);
    for (const auto& message : sent) EXPECT_NE(message.head.path_slot, path_slot());
    EXPECT_EQ(exchange.search(path_slot()).state(), MtuState::disabled);
}

TEST_F(MtuExchangeTest, a_stock_peer_is_not_asked) {
    auto wanted = tests::unit::hub_with(1);
    wanted.tunnels[0].wire = config::Wire::esp;
    configure(wanted);
    hear_hello(true, tunnel_slot());
    EXPECT_TRUE(turn().empty());
}

TEST_F(MtuExchangeTest, a_path_without_a_next_hop_waits_and_keeps_what_was_found) {
    configure(tests::unit::hub_with(1));
    hear_hello(true, tunnel_slot());
    answer(turn());
    const std::vector<paths::NextHopFact> gone{{path_slot(), std::nullopt, "", "", "no route"}};
    paths.run(gone, now_ns, ignored);
    for (unsigned i = 0; i < 3'000; ++i)
        for (const auto& message : turn()) EXPECT_NE(message.head.path_slot, path_slot());
    EXPECT_EQ(exchange.search(path_slot()).carried_bytes(), 1500);
}

TEST_F(MtuExchangeTest, probes_are_answered_on_every_path_with_what_came) {
    configure(tests::unit::hub_with(1));
    Message probe = message_of(encode(MtuProbe{3, 99, 1500}), tunnel_slot());
    probe.head.path_slot = path_slot();
    probe.head.padded_bytes = 1430;
    exchange.receive(probe, now_ns);
    const auto sent = turn();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].head.path_slot, every_path_slot) << "the way back may be another one";
    EXPECT_EQ(sent[0].head.padded_bytes, 0);
    EXPECT_EQ(decode_mtu_answer(sent[0].bytes), (MtuAnswer{{3, 99, 1500}, 1430}));
    EXPECT_TRUE(turn().empty());
}

TEST_F(MtuExchangeTest, a_peer_that_asks_all_the_time_gets_a_bounded_number_of_answers) {
    configure(tests::unit::hub_with(2));
    for (std::uint32_t i = 0; i < 100'000; ++i)
        exchange.receive(message_of(encode(MtuProbe{1, i, 1500}), tunnel_slot("site0")), now_ns);
    exchange.receive(message_of(encode(MtuProbe{1, 7, 1500}), tunnel_slot("site1")), now_ns);
    const auto sent = turn();
    EXPECT_EQ(sent.size(), MtuExchange::most_answers_per_turn + 1) << "and another peer its own";
    EXPECT_TRUE(turn().empty()) << "the rest is forgotten";
}

TEST_F(MtuExchangeTest, absurd_answers_are_counted_and_change_nothing) {
    configure(tests::unit::hub_with(1));
    hear_hello(true, tunnel_slot());
    const auto sent = turn();
    const MtuProbe probe = decode_mtu_probe(sent[0].bytes).value();
    const auto take = [&](const MtuAnswer& answer) {
        exchange.receive(message_of(encode(answer), tunnel_slot()), now_ns);
    };
    take({{9, probe.number, probe.outer_bytes}, 1430});
    take({{probe.path_id, probe.number + 1'000, probe.outer_bytes}, 1430});
    take({{probe.path_id, probe.number, 9000}, 8930});
    take({{probe.path_id, probe.number, probe.outer_bytes}, 1000});
    EXPECT_EQ(exchange.absurd_answers(tunnel_slot()), 4U);
    EXPECT_EQ(exchange.search(path_slot()).carried_bytes(), 0);
    answer(sent);
    answer(sent);
    EXPECT_EQ(exchange.absurd_answers(tunnel_slot()), 4U) << "twice is not absurd";
    EXPECT_EQ(exchange.search(path_slot()).carried_bytes(), 1500);
}

TEST_F(MtuExchangeTest, a_hub_with_4096_paths_spreads_its_probes_and_every_path_has_its_turn) {
    configure(tests::unit::hub_with(1024));
    for (const auto& [tunnel, slot] : resolved.tunnel_slots) hear_hello(true, slot);
    std::set<std::uint32_t> asked;
    std::map<std::uint32_t, std::uint64_t> user_packets;
    for (std::uint64_t i = 0; i < 250; ++i) {
        for (const auto& [tunnel, slot] : resolved.tunnel_slots) user_packets[slot] = i;
        if (i % 10 == 0) exchange.follow_traffic(user_packets);
        const auto sent = turn();
        EXPECT_LE(sent.size(), MtuExchange::most_probes_per_turn);
        for (const auto& message : sent) asked.insert(message.head.path_slot);
        answer(sent);
    }
    EXPECT_EQ(asked.size(), 4096U);
}

TEST_F(MtuExchangeTest, without_room_it_is_silent) {
    configure(tests::unit::hub_with(1));
    hear_hello(true, tunnel_slot());
    exchange.receive(message_of(encode(MtuProbe{1, 7, 1500}), tunnel_slot()), now_ns);
    EXPECT_TRUE(turn(0).empty());
    EXPECT_LE(turn(4).size(), 4U);
}

TEST_F(MtuExchangeTest, a_reload_keeps_what_is_known_of_a_path_and_follows_its_mtu) {
    configure(tests::unit::hub_with(1));
    hear_hello(true, tunnel_slot());
    answer(turn());
    auto changed = gateway;
    changed.tunnels[0].paths[0].mtu = config::schema::Bytes{1400};
    configure(changed);
    EXPECT_EQ(exchange.search(path_slot()).carried_bytes(), 1500);
    turn();
    EXPECT_EQ(exchange.search(path_slot()).carried_bytes(), 1400);
    EXPECT_EQ(exchange.search(path_slot("site0/path1")).carried_bytes(), 1500);
}

TEST_F(MtuExchangeTest, of_a_path_that_goes_another_way_nothing_is_known) {
    configure(tests::unit::hub_with(1));
    hear_hello(true, tunnel_slot());
    answer(turn());
    auto changed = gateway;
    ++changed.tunnels[0].paths[0].peer.udp_port;
    changed.tunnels[0].paths[1].port = changed.tunnels[0].paths[2].port;
    configure(changed);
    EXPECT_EQ(exchange.search(path_slot()).carried_bytes(), 0);
    EXPECT_EQ(exchange.search(path_slot("site0/path1")).carried_bytes(), 0);
    EXPECT_EQ(exchange.search(path_slot("site0/path2")).carried_bytes(), 1500);
    EXPECT_EQ(turn().size(), 4U) << "and it is asked for again";
}

}  // namespace
}  // namespace ropewalk::control::peers
