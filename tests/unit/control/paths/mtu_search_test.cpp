#include "control/paths/mtu_search.hpp"

#include <algorithm>
#include <map>
#include <random>

#include <gtest/gtest.h>

namespace ropewalk::control::paths {
namespace {

using Bounds = MtuSearch::Bounds;
using Probe = MtuSearch::Probe;
using Taken = MtuSearch::Taken;

constexpr std::uint64_t turn_ns = 20'000'000, second_ns = 1'000'000'000;
constexpr std::uint16_t smallest = 84, base = 1200;

/// A search, and the path and the peer that it asks, in virtual time.
class MtuSearchTest : public ::testing::Test {
protected:
    void SetUp() override { search.follow(Bounds{smallest, base, 1500}, now_ns); }

    void turn() {
        now_ns += turn_ns;
        for (; !under_way.empty() && under_way.begin()->first <= now_ns; under_way.erase(under_way.begin()))
            search.take(under_way.begin()->second, now_ns);
        std::vector<Probe> due;
        search.run(now_ns, traffic, most, due);
        EXPECT_LE(due.size(), MtuSearch::probes_of_a_round);
        for (const Probe& probe : due) {
            ++probes;
            wire_bytes += probe.outer_bytes;
            largest = std::max(largest, probe.outer_bytes);
            const bool is_lost = std::bernoulli_distribution(loss)(dice) || std::bernoulli_distribution(loss)(dice);
            if (probe.outer_bytes <= carries && !is_lost) under_way.emplace(now_ns + round_trip_ns, probe);
        }
    }
    void run_for(std::uint64_t ns) {
        for (const std::uint64_t until_ns = now_ns + ns; now_ns < until_ns;) turn();
    }
    /// How long it took, in nanoseconds; `patience_ns` when it never came true.
    template <class Condition>
    std::uint64_t time_until(Condition condition, std::uint64_t patience_ns = 60 * second_ns) {
        const std::uint64_t since_ns = now_ns;
        while (!condition() && now_ns - since_ns < patience_ns) turn();
        return now_ns - since_ns;
    }
    bool is_settled() const { return search.state() == MtuState::complete; }

    std::uint16_t carries = 1500;  ///< the path, in bytes
    double loss = 0;               ///< in each direction
    std::uint64_t round_trip_ns = 30'000'000;
    Traffic traffic = Traffic::flows;
    std::size_t most = 64;
    std::uint64_t now_ns = 1'000 * second_ns;
    MtuSearch search{4'294'967'200};  // whose numbers begin again soon
    std::multimap<std::uint64_t, Probe> under_way;
    std::mt19937 dice{1};
    std::uint64_t probes = 0, wire_bytes = 0;
    std::uint16_t largest = 0;
};

TEST_F(MtuSearchTest, a_path_that_carries_what_is_allowed_is_confirmed_by_one_probe) {
    EXPECT_EQ(search.state(), MtuState::base);
    EXPECT_EQ(search.limit_bytes(), 0) << "nothing is known to be less";
    EXPECT_LT(time_until([&] { return is_settled(); }), 100'000'000U);
    EXPECT_EQ(probes, 2U) << "the other one is small";
    EXPECT_EQ(search.carried_bytes(), 1500);
    EXPECT_EQ(search.limit_bytes(), 0);
}

TEST_F(MtuSearchTest, nothing_is_asked_while_it_is_disabled) {
    search.follow(std::nullopt, now_ns);
    EXPECT_EQ(search.state(), MtuState::disabled);
    run_for(60 * second_ns);
    EXPECT_EQ(probes, 0U);
    EXPECT_EQ(search.take({1, 1500}, now_ns), Taken::late) << "answers to what was asked before may still come";
}

TEST_F(MtuSearchTest, what_was_found_is_forgotten_when_it_is_disabled) {
    carries = 1400;
    time_until([&] { return is_settled(); });
    ASSERT_EQ(search.limit_bytes(), 1400);
    search.follow(std::nullopt, now_ns);
    EXPECT_EQ(search.limit_bytes(), 0);
    EXPECT_EQ(search.carried_bytes(), 0);
    search.follow(Bounds{smallest, base, 1500}, now_ns);
    EXPECT_EQ(search.state(), MtuState::base);
    time_until([&] { return is_settled(); });
    EXPECT_EQ(search.limit_bytes(), 1400);
}

TEST_F(MtuSearchTest, every_path_mtu_is_found_to_within_the_resolution) {
    for (std::uint16_t mtu = base; mtu <= 1500; ++mtu) {
        carries = mtu;
        search.follow(std::nullopt, now_ns);
        search.follow(Bounds{smallest, base, 1500}, now_ns);
        EXPECT_LT(time_until([&] { return is_settled(); }), 20 * second_ns) << mtu;
        EXPECT_LE(search.carried_bytes(), mtu);
        EXPECT_LT(mtu, search.carried_bytes() + MtuSearch::resolution_bytes) << mtu;
    }
}

TEST_F(MtuSearchTest, jumbo_paths_too) {
    for (const std::uint16_t mtu : {1500, 4000, 8191, 8999, 9000}) {
        carries = mtu;
        search.follow(std::nullopt, now_ns);
        search.follow(Bounds{smallest, base, 9000}, now_ns);
        time_until([&] { return is_settled(); });
        EXPECT_LE(search.carried_bytes(), mtu);
        EXPECT_LT(mtu, search.carried_bytes() + MtuSearch::resolution_bytes) << mtu;
    }
}

TEST_F(MtuSearchTest, the_base_is_what_a_path_is_taken_to_carry_once_the_ceiling_is_refused) {
    carries = 1199;
    time_until([&] { return search.limit_bytes() != 0; });
    EXPECT_EQ(search.state(), MtuState::base);
    EXPECT_EQ(search.limit_bytes(), base);
}

TEST_F(MtuSearchTest, less_than_the_base_is_an_error_and_searched_all_the_same) {
    carries = 700;
    time_until([&] { return search.state() == MtuState::error; });
    EXPECT_EQ(search.state(), MtuState::error);
    EXPECT_LE(search.limit_bytes(), 700);
    run_for(20 * second_ns);
    EXPECT_EQ(search.state(), MtuState::error);
    EXPECT_LE(search.limit_bytes(), 700);
    EXPECT_LT(700, search.limit_bytes() + MtuSearch::resolution_bytes);
    carries = 1500;
    run_for(MtuSearch::longest_raise_ns + second_ns);
    EXPECT_EQ(search.state(), MtuState::complete);
    EXPECT_EQ(search.limit_bytes(), 0);
}

TEST_F(MtuSearchTest, a_shrink_is_found_within_three_seconds_and_nothing_too_large_is_claimed) {
    for (const std::uint64_t trip_ns : {1'000'000U, 30'000'000U, 150'000'000U}) {
        for (unsigned phase = 0; phase < 50; ++phase) {
            carries = 1500;
            round_trip_ns = trip_ns;
            search.follow(std::nullopt, now_ns);
            search.follow(Bounds{smallest, base, 1500}, now_ns);
            time_until([&] { return is_settled(); });
            run_for(3 * second_ns + phase * turn_ns);
            carries = 1400;
            EXPECT_LT(time_until([&] { return search.limit_bytes() != 0; }), 3 * second_ns) << trip_ns << ' ' << phase;
            EXPECT_EQ(search.limit_bytes(), 1400) << "at once, and not step by step";
            time_until([&] { return is_settled(); });
            EXPECT_EQ(search.limit_bytes(), 1400);
        }
    }
}

TEST_F(MtuSearchTest, a_path_that_carries_nothing_any_more_keeps_its_size) {
    time_until([&] { return is_settled(); });
    carries = 0;
    probes = 0;
    run_for(600 * second_ns);
    EXPECT_EQ(search.limit_bytes(), 0);
    EXPECT_LT(probes, 250U) << "the dead are asked ever more seldom";
    carries = 1400;
    EXPECT_LT(time_until([&] { return search.limit_bytes() == 1400; }), 15 * second_ns);
}

TEST_F(MtuSearchTest, a_path_that_widens_is_found_by_the_raise_timer) {
    carries = 1400;
    time_until([&] { return is_settled(); });
    run_for(3'000 * second_ns);
    EXPECT_EQ(search.limit_bytes(), 1400);
    carries = 1460;
    EXPECT_LT(time_until([&] { return search.limit_bytes() == 1460; }, 2'000 * second_ns),
              MtuSearch::longest_raise_ns + 5 * second_ns);
    EXPECT_EQ(search.limit_bytes(), 1460);
    carries = 1500;
    EXPECT_LT(time_until([&] { return search.limit_bytes() == 0; }, 2'000 * second_ns),
              MtuSearch::longest_raise_ns + 5 * second_ns);
    EXPECT_EQ(search.carried_bytes(), 1500);
}

TEST_F(MtuSearchTest, soon_after_a_shrink_it_is_asked_for_more_sooner) {
    time_until([&] { return is_settled(); });
    carries = 1400;
    time_until([&] { return search.limit_bytes() == 1400; });
    carries = 1500;
    EXPECT_LT(time_until([&] { return search.limit_bytes() == 0; }), 10 * second_ns);
}

TEST_F(MtuSearchTest, a_ceiling_that_falls_is_believed_and_one_that_rises_is_asked_for) {
    time_until([&] { return is_settled(); });
    search.follow(Bounds{smallest, base, 1400}, now_ns);
    EXPECT_EQ(search.carried_bytes(), 1400);
    EXPECT_EQ(search.limit_bytes(), 0) << "it is the ceiling's limit";
    run_for(10 * second_ns);
    carries = 1400;
    search.follow(Bounds{smallest, base, 1500}, now_ns);
    EXPECT_EQ(search.limit_bytes(), 1400) << "what the kernel has forgotten";
    EXPECT_EQ(search.state(), MtuState::searching);
    run_for(60 * second_ns);
    EXPECT_EQ(search.limit_bytes(), 1400);
    search.follow(Bounds{smallest, base, 1400}, now_ns);
    carries = 1500;
    search.follow(Bounds{smallest, base, 1500}, now_ns);
    EXPECT_LT(time_until([&] { return search.limit_bytes() == 0; }), 100'000'000U);
    EXPECT_EQ(search.carried_bytes(), 1500);
}

TEST_F(MtuSearchTest, a_ceiling_below_the_base_is_no_error_while_it_is_carried) {
    search.follow(Bounds{smallest, base, 1003}, now_ns);
    time_until([&] { return is_settled(); });
    EXPECT_EQ(search.state(), MtuState::complete);
    EXPECT_EQ(search.carried_bytes(), 1000) << "sizes are what sealing can make";
    EXPECT_EQ(search.limit_bytes(), 0);
}

class MtuSearchLossTest : public MtuSearchTest, public ::testing::WithParamInterface<unsigned> {
protected:
    void SetUp() override {
        MtuSearchTest::SetUp();
        dice.seed(GetParam());
    }
};

TEST_P(MtuSearchLossTest, ten_percent_shrink_nothing_in_an_hour) {
    loss = 0.1;
    for (unsigned i = 0; i < 3'600 * 50; ++i) {
        turn();
        ASSERT_EQ(search.limit_bytes(), 0) << now_ns;
    }
    EXPECT_EQ(search.carried_bytes(), 1500);
}

TEST_P(MtuSearchLossTest, thirty_percent_shrink_nothing_in_a_quarter_of_an_hour) {
    loss = 0.3;
    for (unsigned i = 0; i < 900 * 50; ++i) {
        turn();
        ASSERT_EQ(search.limit_bytes(), 0) << now_ns;
    }
    EXPECT_EQ(search.carried_bytes(), 1500);
}

TEST_P(MtuSearchLossTest, a_shrink_is_found_all_the_same) {
    for (const double each_way : {0.1, 0.3}) {
        loss = 0;
        carries = 1500;
        search.follow(std::nullopt, now_ns);
        search.follow(Bounds{smallest, base, 1500}, now_ns);
        time_until([&] { return is_settled(); });
        loss = each_way;
        carries = 1400;
        EXPECT_LT(time_until([&] { return search.limit_bytes() != 0; }), 40 * second_ns);
        EXPECT_LE(search.limit_bytes(), 1400);
        EXPECT_LT(time_until([&] { return search.limit_bytes() == 1400; }), 60 * second_ns) << search.limit_bytes();
    }
}
INSTANTIATE_TEST_SUITE_P(Seeds, MtuSearchLossTest, ::testing::Range(1U, 9U));

TEST_F(MtuSearchTest, answers_that_come_late_and_in_any_order_count) {
    std::vector<Probe> asked;
    search.run(now_ns, traffic, most, asked);
    ASSERT_EQ(asked.size(), 2U);
    run_for(300'000'000);
    std::ranges::reverse(asked);
    for (const Probe& probe : asked) EXPECT_EQ(search.take(probe, now_ns), Taken::answer);
    EXPECT_EQ(search.carried_bytes(), 1500);
}

TEST_F(MtuSearchTest, an_answer_counts_once) {
    std::vector<Probe> asked;
    search.run(now_ns, traffic, most, asked);
    EXPECT_EQ(search.take(asked[0], now_ns), Taken::answer);
    for (unsigned i = 0; i < 100; ++i) EXPECT_EQ(search.take(asked[0], now_ns), Taken::late);
    run_for(20 * second_ns);
    EXPECT_EQ(search.take(asked[1], now_ns), Taken::late) << "it is forgotten";
}

TEST_F(MtuSearchTest, absurd_answers_change_nothing) {
    carries = 0;
    std::vector<Probe> asked;
    search.run(now_ns, traffic, most, asked);
    ASSERT_EQ(asked.size(), 2U);
    const auto [number, outer_bytes] = asked[0];
    EXPECT_EQ(search.take({number + 2, outer_bytes}, now_ns), Taken::absurd) << "a number that was not sent yet";
    EXPECT_EQ(search.take({number + 1'000'000, outer_bytes}, now_ns), Taken::absurd);
    EXPECT_EQ(search.take({number, 65535}, now_ns), Taken::absurd) << "more than was sent";
    EXPECT_EQ(search.take({number, 0}, now_ns), Taken::absurd);
    EXPECT_EQ(search.take({asked[1].number, outer_bytes}, now_ns), Taken::absurd) << "the small one's";
    EXPECT_EQ(search.take({number - 1, outer_bytes}, now_ns), Taken::late) << "an earlier control's";
    EXPECT_EQ(search.carried_bytes(), 0);
    EXPECT_EQ(search.state(), MtuState::base);
}

TEST_F(MtuSearchTest, a_peer_that_answers_small_probes_only_gets_what_it_asked_for) {
    carries = smallest;
    run_for(60 * second_ns);
    EXPECT_EQ(search.state(), MtuState::error);
    EXPECT_EQ(search.limit_bytes(), smallest);
}

TEST_F(MtuSearchTest, an_idle_path_is_asked_seldom_and_one_in_use_again_at_once) {
    time_until([&] { return is_settled(); });
    traffic = Traffic::idle;
    probes = 0;
    run_for(300 * second_ns);
    EXPECT_NEAR(static_cast<double>(probes), 2 * 300.0 * second_ns / MtuSearch::idle_check_interval_ns, 2);
    carries = 1400;
    traffic = Traffic::flows;
    EXPECT_LT(time_until([&] { return search.limit_bytes() == 1400; }), 3 * second_ns);
}

TEST_F(MtuSearchTest, costs_what_the_docs_say) {
    time_until([&] { return is_settled(); });
    wire_bytes = 0;
    run_for(100 * second_ns);
    EXPECT_LE(wire_bytes, 101U * (1500 + smallest)) << "a path in use";
    carries = 1400;
    time_until([&] { return search.limit_bytes() == 1400; });
    run_for(5'000 * second_ns);
    wire_bytes = 0;
    run_for(1'200 * second_ns);
    const std::uint64_t checks = 1'201U * (1400 + smallest);
    EXPECT_LE(wire_bytes, checks + 2U * 100'000) << "a raise is 100 kB at most";
}

TEST_F(MtuSearchTest, without_room_nothing_is_sent_and_nothing_is_concluded) {
    most = MtuSearch::probes_of_a_round - 1;
    run_for(60 * second_ns);
    EXPECT_EQ(probes, 0U);
    EXPECT_EQ(search.state(), MtuState::base);
    most = MtuSearch::probes_of_a_round;
    EXPECT_LT(time_until([&] { return is_settled(); }), 100'000'000U);
}

TEST_F(MtuSearchTest, never_asks_beyond_the_ceiling) {
    carries = 9000;
    run_for(100 * second_ns);
    EXPECT_EQ(largest, 1500);
    search.follow(Bounds{smallest, base, 1402}, now_ns);
    largest = 0;
    run_for(700 * second_ns);
    EXPECT_EQ(largest, 1400);
}

TEST_F(MtuSearchTest, a_round_trip_beyond_the_first_guess_is_learnt) {
    round_trip_ns = 900'000'000;
    EXPECT_LT(time_until([&] { return is_settled(); }), 10 * second_ns);
    EXPECT_EQ(search.carried_bytes(), 1500);
    probes = 0;
    run_for(20 * second_ns);
    EXPECT_LE(probes, 2U * 21) << "none is taken for lost";
}

}  // namespace
}  // namespace ropewalk::control::paths
