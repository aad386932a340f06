#include "dataplane/tunnel/lone_copies.hpp"

#include <array>
#include <map>
#include <memory>

#include <gtest/gtest.h>

namespace ropewalk::dataplane::tunnel {
namespace {

constexpr std::uint32_t fibre = 7, lte = 4095;
using Saved = std::map<std::uint32_t, std::uint64_t>;

/// Numbers are given as the n-th of the watched ones.
class LoneCopiesTest : public ::testing::Test {
protected:
    /// The n-th watched number, as numbers are in practice: nanoseconds of the wall clock.
    static std::uint64_t watched(std::uint64_t n) {
        const std::uint64_t begin = (std::uint64_t{1} << 60) / 64 + n / 64 * LoneCopies::stands_for_packets;
        for (std::uint64_t block = begin;; ++block)
            if (LoneCopies::is_watched(block)) return block * 64 + n % 64;
    }

    void begin(std::uint64_t n) {
        copies->begin(Window::block_of(watched(n)), now_ns,
                      [&](std::uint32_t path, std::uint64_t packets) { saved[path] += packets; });
    }
    void first(std::uint64_t n, std::uint32_t path) {
        begin(n);
        copies->came_first(watched(n), path);
    }
    void again(std::uint64_t n, std::uint32_t path) { copies->came_again(watched(n), path); }
    /// A later block begins when there is nothing more to wait for.
    void judge_all() {
        now_ns += LoneCopies::patience_ns;
        begin(judging_block_ += 64);
    }

    std::unique_ptr<LoneCopies> copies = std::make_unique<LoneCopies>(18);
    std::uint64_t now_ns = 10'000'000'000;
    Saved saved;

private:
    std::uint64_t judging_block_ = 0;
};

TEST_F(LoneCopiesTest, watches_one_block_of_16_whatever_port_or_worker_has_it) {
    std::array<unsigned, 16> by_place{};
    for (std::uint64_t group = 0; group < 4096; ++group) {
        unsigned watched_blocks = 0;
        for (std::uint64_t place = 0; place < 16; ++place) {
            if (!LoneCopies::is_watched(group * 16 + place)) continue;
            ++watched_blocks;
            ++by_place[place];
        }
        ASSERT_EQ(watched_blocks, 1U) << group;
    }
    for (const unsigned blocks : by_place) EXPECT_NEAR(blocks, 256, 64);
}

TEST_F(LoneCopiesTest, what_one_path_alone_brought_it_saved) {
    first(0, fibre);
    first(1, lte);
    first(63, lte);
    judge_all();
    EXPECT_EQ(saved, (Saved{{fibre, 16}, {lte, 32}}));
    judge_all();
    EXPECT_EQ(saved, (Saved{{fibre, 16}, {lte, 32}})) << "once";
}

TEST_F(LoneCopiesTest, what_came_twice_nobody_saved) {
    first(0, fibre);
    again(0, lte);
    first(1, lte);
    again(1, fibre);
    again(1, fibre);
    judge_all();
    EXPECT_EQ(saved, Saved{});
}

TEST_F(LoneCopiesTest, nor_when_another_worker_notes_the_second_copy_before_the_first) {
    begin(0);
    again(0, lte);
    first(0, fibre);
    judge_all();
    EXPECT_EQ(saved, Saved{});
}

TEST_F(LoneCopiesTest, what_the_network_made_twice_came_by_one_path_all_the_same) {
    first(0, fibre);
    again(0, fibre);
    judge_all();
    EXPECT_EQ(saved, (Saved{{fibre, 16}}));
}

TEST_F(LoneCopiesTest, two_paths_that_lose_in_turns_save_half_each) {
    for (std::uint64_t n = 0; n < 64; ++n) first(n, n % 2 == 0 ? fibre : lte);
    judge_all();
    EXPECT_EQ(saved, (Saved{{fibre, 512}, {lte, 512}}));
}

TEST_F(LoneCopiesTest, a_number_that_never_came_or_is_not_watched_counts_for_nobody) {
    begin(0);
    copies->came_first(watched(0) ^ 64, fibre);
    copies->came_again(watched(1) ^ 64, fibre);
    again(2, fibre);
    judge_all();
    EXPECT_EQ(saved, Saved{});
}

TEST_F(LoneCopiesTest, further_copies_are_waited_for) {
    first(0, fibre);
    first(1, fibre);
    now_ns += LoneCopies::patience_ns - 1;
    first(64, lte);
    EXPECT_EQ(saved, Saved{});
    again(0, lte);
    now_ns += 1;
    begin(128);
    EXPECT_EQ(saved, (Saved{{fibre, 16}})) << "not yet what began later";
    again(1, lte);
    now_ns += LoneCopies::patience_ns;
    begin(192);
    EXPECT_EQ(saved, (Saved{{fibre, 16}, {lte, 16}})) << "nothing is taken back";
}

TEST_F(LoneCopiesTest, what_is_delivered_after_it_was_judged_is_judged_with_its_place) {
    first(0, fibre);
    judge_all();
    first(1, lte);
    again(0, lte);
    EXPECT_EQ(saved, (Saved{{fibre, 16}}));
    begin(256 * 64);
    EXPECT_EQ(saved, (Saved{{fibre, 16}, {lte, 16}}));
}

TEST_F(LoneCopiesTest, a_later_block_in_its_place_judges_it_at_once) {
    first(5, fibre);
    first(6, fibre);
    again(6, lte);
    begin(255 * 64);
    EXPECT_EQ(saved, Saved{});
    begin(256 * 64);
    EXPECT_EQ(saved, (Saved{{fibre, 16}}));
    first(256 * 64 + 6, lte);
    begin(512 * 64);
    EXPECT_EQ(saved, (Saved{{fibre, 16}, {lte, 16}})) << "the marks of the former numbers are gone";
}

TEST_F(LoneCopiesTest, numbers_that_the_window_left_behind_disturb_nothing) {
    first(256 * 64, fibre);
    first(0, lte);
    again(0, fibre);
    judge_all();
    begin(512 * 64);
    EXPECT_EQ(saved, (Saved{{fibre, 16}}));
}

TEST_F(LoneCopiesTest, a_jump_of_the_numbers_loses_nothing_that_came_before) {
    for (std::uint64_t block = 0; block < 100; ++block) first(block * 64, fibre);
    now_ns += LoneCopies::patience_ns;
    const std::uint64_t far = 1'000'000'000;
    for (std::uint64_t block = 0; block < 256; ++block) begin((far + block) * 64);
    EXPECT_EQ(saved, (Saved{{fibre, 1600}}));
}

TEST_F(LoneCopiesTest, catches_up_when_traffic_begins_after_a_pause) {
    for (std::uint64_t block = 0; block < 16; ++block) first(block * 64, fibre);
    now_ns += LoneCopies::patience_ns;
    begin(std::uint64_t{16} * 64);
    EXPECT_EQ(saved, (Saved{{fibre, 256}}));
}

TEST_F(LoneCopiesTest, serves_the_smallest_window) {
    copies = std::make_unique<LoneCopies>(6);
    first(0, fibre);
    first(64, lte);
    EXPECT_EQ(saved, (Saved{{fibre, 16}}));
    again(64, fibre);
    begin(128);
    EXPECT_EQ(saved, (Saved{{fibre, 16}}));
}

}  // namespace
}  // namespace ropewalk::dataplane::tunnel
