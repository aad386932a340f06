#include <algorithm>
#include <array>
#include <random>

#include "tests/pipeline/fixture.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using packets::Bytes;

constexpr std::array<std::array<unsigned, 3>, 6> orders{
    {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}};

class Dedup : public TwoGateways {
protected:
    void start_with_shared_port() {
        GatewayShape wanted;
        wanted.ports = GatewayShape::Ports::shared;
        start(wanted);
    }

    std::vector<Frame> in_order(const std::vector<Frame>& copies, const std::array<unsigned, 3>& order) {
        return {copies[order[0]], copies[order[1]], copies[order[2]]};
    }

    static std::vector<std::string> sorted(const std::vector<Bytes>& all) {
        std::vector<std::string> digits;
        for (const Bytes& bytes : all) digits.push_back(packets::to_hex(bytes));
        std::sort(digits.begin(), digits.end());
        return digits;
    }

    /// After n packets whose copies came in `order`: the first path delivered all, the others nothing.
    void expect_first_path_won(const std::array<unsigned, 3>& order, std::uint64_t n) {
        const unsigned winner = order[0] + 1;
        for (unsigned path = 1; path <= 3; ++path) {
            const auto& counters = hub->path_counters(path);
            EXPECT_EQ(counters.rx_copies.get(), n) << "path " << path;
            EXPECT_EQ(counters.rx_first.get(), path == winner ? n : 0) << "path " << path;
            EXPECT_EQ(counters.rx_duplicate.get(), path == winner ? 0 : n) << "path " << path;
            EXPECT_EQ(counters.rx_refused.get(), 0U);
            EXPECT_EQ(hub->path_signals(path).heard_ns.get(), path == winner ? hub->context().now_ns : 0)
                << "path " << path;
        }
        EXPECT_EQ(hub->dropped(DropReason::duplicate), 2 * n);
        EXPECT_EQ(hub->dropped_in_all(), 2 * n);
        EXPECT_EQ(hub->tunnel_counters().delivered_packets.get(), n);
    }
};

TEST_F(Dedup, of_three_copies_in_bursts_of_their_own_the_first_is_delivered) {
    for (const auto& order : orders) {
        start();
        const Bytes packet = inner(1);
        carry(in_order(copies_of(packet), order));
        EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{packet});
        expect_first_path_won(order, 1);
    }
}

TEST_F(Dedup, of_three_copies_in_one_burst_the_first_is_delivered) {
    for (const auto& order : orders) {
        start_with_shared_port();
        const Bytes packet = inner(1);
        carry_together(in_order(copies_of(packet), order));
        EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{packet});
        expect_first_path_won(order, 1);
    }
}

TEST_F(Dedup, of_copies_of_many_packets_mixed_in_one_burst_each_packet_is_delivered_once) {
    start_with_shared_port();
    std::mt19937_64 random(11);
    for (int round = 0; round < 50; ++round) {
        std::vector<Bytes> burst;
        for (std::uint64_t i = 0; i < 21; ++i) burst.push_back(inner(random(), 20 + random() % 1400));
        std::vector<Frame> frames = sent_for(burst);
        std::shuffle(frames.begin(), frames.end(), random);
        carry_together(frames);
        ASSERT_EQ(sorted(hub->take_delivered()), sorted(burst)) << "round " << round;
    }
    EXPECT_EQ(hub->dropped(DropReason::duplicate), 50U * 42);
    EXPECT_EQ(hub->dropped_in_all(), 50U * 42);
}

TEST_F(Dedup, the_same_frame_twice_is_delivered_once) {
    start_with_shared_port();
    const auto copies = copies_of(inner(1));
    carry_together({copies[0], copies[0]});
    carry_together({copies[0]});
    EXPECT_EQ(hub->take_delivered().size(), 1U);
    EXPECT_EQ(hub->path_counters(1).rx_first.get(), 1U);
    EXPECT_EQ(hub->path_counters(1).rx_duplicate.get(), 2U);
}

TEST_F(Dedup, copies_that_lag_behind_by_many_packets_are_still_known) {
    start();
    std::vector<Frame> slow;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        const auto copies = copies_of(inner(i));
        carry({copies[0]});
        slow.push_back(copies[2]);
        EXPECT_EQ(hub->take_delivered().size(), 1U);
    }
    carry(slow);
    EXPECT_TRUE(hub->take_delivered().empty());
    EXPECT_EQ(hub->dropped(DropReason::duplicate), 1000U);
}

TEST_F(Dedup, what_one_path_lost_another_brings_late_and_it_is_delivered) {
    start();
    std::vector<Frame> slow;
    std::vector<Bytes> lost;
    for (std::uint64_t i = 0; i < 300; ++i) {
        const auto copies = copies_of(inner(i));
        if (i % 3 == 0) {
            lost.push_back(inner(i));
        } else {
            carry({copies[0]});
        }
        slow.push_back(copies[1]);
    }
    EXPECT_EQ(hub->take_delivered().size(), 200U);
    carry(slow);
    EXPECT_EQ(hub->take_delivered(), lost);
    EXPECT_EQ(hub->dropped(DropReason::duplicate), 200U);
}

TEST_F(Dedup, works_without_a_copy_header) {
    GatewayShape wanted;
    wanted.wire = "esp";
    wanted.ports = GatewayShape::Ports::shared;
    start(wanted);
    const Bytes packet = inner(1);
    carry_together(copies_of(packet));
    EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{packet});
    EXPECT_EQ(hub->dropped(DropReason::duplicate), 2U);
    EXPECT_EQ(hub->path_counters(1).rx_copies.get(), 0U) << "nothing says which path it was";
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
