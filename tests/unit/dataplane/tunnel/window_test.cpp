#include "dataplane/tunnel/window.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/dataplane/tunnel/window_oracle.hpp"

namespace ropewalk::dataplane::tunnel {
namespace {

using tests::unit::WindowOracle;
using Verdict = Window::Verdict;

constexpr std::uint64_t last_number = ~std::uint64_t{0};

/// A window and its oracle in step: both are asked, and all they say must agree.
class Pair {
public:
    explicit Pair(unsigned log2) : window(log2), oracle(log2) {}

    void start_above(std::uint64_t floor) {
        window.start_above(floor);
        oracle.start_above(floor);
    }
    /// True as long as they agree.
    bool step(std::uint64_t sequence, bool authentic) {
        if (window.check(sequence) != oracle.check(sequence)) return false;
        if (authentic && window.commit(sequence) != oracle.commit(sequence)) return false;
        return window.newest() == oracle.newest() && window.lost() == oracle.lost() &&
               window.jumped() == oracle.jumped() && window.largest_age() == oracle.largest_age();
    }

    Window window;
    WindowOracle oracle;
};

std::string where(unsigned log2, std::uint64_t seed, std::uint64_t step, std::uint64_t sequence) {
    return "window of 2^" + std::to_string(log2) + ", seed " + std::to_string(seed) + ", step " + std::to_string(step) +
           ", sequence " + std::to_string(sequence);
}

/// A number near the newest, the left edge or the blocks' borders, where mistakes live.
std::uint64_t near_an_edge(std::mt19937_64& random, std::uint64_t newest, std::uint64_t size) {
    const auto around = [&](std::uint64_t centre, std::uint64_t spread) {
        const std::uint64_t lowest = centre > spread ? centre - spread : 0;
        return lowest + random() % (2 * spread + 1);
    };
    switch (random() % 6) {
        case 0:
            return newest + 1;
        case 1:
            return around(newest, 3);
        case 2:
            return around(newest, size + 2);
        case 3:
            return around(newest > size ? newest - size : 0, 66);
        case 4:
            return (around(newest, size) & ~std::uint64_t{63}) + random() % 2 * 63;
        default:
            return newest + random() % (size / 2 + 1);
    }
}

class WindowOfSize : public ::testing::TestWithParam<unsigned> {};

TEST_P(WindowOfSize, agrees_with_a_set_on_random_numbers) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        std::mt19937_64 random(seed);
        Pair pair(GetParam());
        std::uint64_t newest = 1 + random() % 5000;
        for (std::uint64_t step = 0; step < 3000; ++step) {
            const std::uint64_t sequence = near_an_edge(random, newest, std::uint64_t{1} << GetParam());
            ASSERT_TRUE(pair.step(sequence, random() % 8 != 0)) << where(GetParam(), seed, step, sequence);
            newest = std::max(newest, pair.window.newest());
        }
    }
}

TEST_P(WindowOfSize, agrees_with_a_set_when_the_sequence_springs) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        std::mt19937_64 random(seed);
        Pair pair(GetParam());
        std::uint64_t sequence = 1;
        for (std::uint64_t step = 0; step < 2000; ++step) {
            const std::uint64_t newest = pair.window.newest();
            const std::uint64_t spring = std::uint64_t{1} << random() % 50;
            sequence = random() % 10 == 0 ? newest + spring : near_an_edge(random, newest, 1ULL << GetParam());
            ASSERT_TRUE(pair.step(sequence, true)) << where(GetParam(), seed, step, sequence);
        }
        EXPECT_GT(pair.window.jumped(), 0U) << "seed " << seed << " did not test a jump";
    }
}

TEST_P(WindowOfSize, agrees_with_a_set_across_2_to_the_32_and_up_to_the_last_number) {
    for (const std::uint64_t edge : {std::uint64_t{1} << 32, std::uint64_t{1} << 63, last_number}) {
        std::mt19937_64 random(edge);
        Pair pair(GetParam());
        const std::uint64_t size = std::uint64_t{1} << GetParam();
        const std::uint64_t start = edge - 2 * size;
        for (std::uint64_t step = 0; step < 5000; ++step) {
            const std::uint64_t travelled = 4 * size * step / 5000;
            const std::uint64_t target = travelled > last_number - start ? last_number : start + travelled;
            const std::uint64_t sequence = target - random() % size;
            ASSERT_TRUE(pair.step(sequence, true)) << where(GetParam(), edge, step, sequence);
        }
        EXPECT_EQ(pair.window.check(pair.window.newest()), Verdict::duplicate);
        EXPECT_GE(pair.window.newest(), edge - size);
    }
}

TEST_P(WindowOfSize, after_a_start_above_a_floor_nothing_up_to_it_passes) {
    std::mt19937_64 random(GetParam());
    Pair pair(GetParam());
    const std::uint64_t floor = 1'000'000;
    pair.start_above(floor);
    const std::uint64_t size = std::uint64_t{1} << GetParam();
    for (std::uint64_t step = 0; step < 3000; ++step) {
        const std::uint64_t sequence = floor - size / 4 + random() % (size / 2 + step);
        ASSERT_TRUE(pair.step(sequence, true)) << where(GetParam(), GetParam(), step, sequence);
        if (sequence <= floor) {
            ASSERT_EQ(pair.window.check(sequence), Verdict::too_old);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(small_and_default, WindowOfSize, ::testing::Values(6U, 7U, 8U, 9U, 10U, 16U, 20U));

/// Three paths with their own delay, jitter and loss; every packet goes on all of them.
struct SkewedPaths {
    struct Arrival {
        std::uint64_t time;
        std::uint64_t sequence;
        auto operator<=>(const Arrival&) const = default;
    };
    std::vector<Arrival> arrivals;
    std::vector<bool> arrived;

    SkewedPaths(std::mt19937_64& random, std::uint64_t packets, const std::array<std::uint64_t, 3>& delays)
        : arrived(packets) {
        for (std::uint64_t packet = 0; packet < packets; ++packet) {
            for (const std::uint64_t delay : delays) {
                if (random() % 10 < 4) continue;
                arrivals.push_back({packet + delay + random() % 20, packet});
                arrived[packet] = true;
            }
        }
        std::sort(arrivals.begin(), arrivals.end());
    }
};

TEST(Window, lets_one_copy_of_each_packet_through_over_three_skewed_lossy_paths) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        std::mt19937_64 random(seed);
        constexpr std::uint64_t packets = 20'000, first = 1'000'003;
        const SkewedPaths paths(random, packets, {0, 150, 800});
        Pair pair(10);
        std::vector<unsigned> times(packets);
        for (const auto& [time, packet] : paths.arrivals) {
            times[packet] += pair.window.check(first + packet) == Verdict::fresh;
            ASSERT_TRUE(pair.step(first + packet, true)) << where(10, seed, time, first + packet);
        }
        for (std::uint64_t packet = 0; packet < packets; ++packet)
            ASSERT_EQ(times[packet], paths.arrived[packet] ? 1U : 0U) << "seed " << seed << ", packet " << packet;
    }
}

TEST(Window, too_small_for_the_skew_counts_late_copies_as_too_old_and_never_delivers_twice) {
    std::mt19937_64 random(7);
    constexpr std::uint64_t packets = 20'000, first = 50'000;
    const SkewedPaths paths(random, packets, {0, 150, 5000});
    Pair pair(9);
    std::vector<unsigned> times(packets);
    std::uint64_t too_old = 0;
    for (const auto& [time, packet] : paths.arrivals) {
        const Verdict verdict = pair.window.check(first + packet);
        times[packet] += verdict == Verdict::fresh;
        too_old += verdict == Verdict::too_old;
        ASSERT_TRUE(pair.step(first + packet, true)) << where(9, 7, time, first + packet);
    }
    EXPECT_GT(too_old, packets / 2);
    EXPECT_EQ(*std::max_element(times.begin(), times.end()), 1U);
}

TEST(Window, counts_exactly_the_numbers_that_left_it_unset) {
    Window window(7);
    for (std::uint64_t sequence = 1; sequence <= 300; ++sequence)
        if (sequence % 10 != 0) {
            EXPECT_EQ(window.commit(sequence), Verdict::fresh);
        }
    // 299 is the newest, in block 4; blocks 3 and 4 are remembered, so numbers up to 191 have left: 10, 20 ... 190.
    EXPECT_EQ(window.lost(), 19U);
    EXPECT_EQ(window.commit(200), Verdict::fresh);
    EXPECT_EQ(window.commit(190), Verdict::too_old);
    EXPECT_EQ(window.commit(320), Verdict::fresh);
    // Block 3 has left now, 192 to 255; 200 came late, so 210 to 250 are lost.
    EXPECT_EQ(window.lost(), 24U);
    EXPECT_EQ(window.largest_age(), 99U);
}

TEST(Window, does_not_count_what_was_before_its_first_number) {
    Window window(7);
    window.commit(1'000'040);
    window.commit(1'000'064);
    window.commit(1'000'128);
    // The block of 1,000,000 to 1,000,063 has left; of what was expected there, from 1,000,040 on, 23 never came.
    EXPECT_EQ(window.lost(), 23U);
    EXPECT_EQ(window.jumped(), 0U);
}

TEST(Window, a_jump_is_one_jump_and_the_numbers_sprung_over_are_no_losses) {
    Window window(8);
    window.commit(1000);
    window.commit(1002);
    window.commit(1'000'000'000);
    EXPECT_EQ(window.jumped(), 1U);
    EXPECT_EQ(window.lost(), 1U) << "1001, which will not come any more";
    EXPECT_EQ(window.check(1002), Verdict::too_old);
    EXPECT_EQ(window.commit(999'999'999), Verdict::fresh) << "a packet that the jump overtook";
}

TEST(Window, is_as_large_as_asked_for_less_one_block) {
    const Window window(20);
    EXPECT_EQ(window.size(), (1U << 20) - 64);
    EXPECT_EQ(Window(6).size(), 0U);
}

TEST(Window, zero_is_never_delivered) {
    Window window(10);
    EXPECT_EQ(window.check(0), Verdict::too_old);
    EXPECT_EQ(window.commit(0), Verdict::too_old);
    EXPECT_EQ(window.commit(1), Verdict::fresh);
    EXPECT_EQ(window.commit(0), Verdict::too_old);
}

TEST(Window, what_is_missing_and_what_is_lost_is_all_that_did_not_come) {
    std::mt19937_64 random(11);
    for (const unsigned log2 : {7U, 8U, 10U}) {
        Window window(log2);
        const std::uint64_t first = 1000 + random() % 200;
        std::uint64_t came = 0, newest = 0;
        for (std::uint64_t number = first; number < first + 5000; ++number) {
            // The first one, always; and sometimes one a little behind the newest.
            const std::uint64_t sequence =
                random() % 8 == 0 ? number - std::min(number - first, random() % 100) : number;
            if (number != first && random() % 3 == 0) continue;
            came += window.commit(sequence) == Verdict::fresh;
            newest = std::max(newest, sequence);
            ASSERT_EQ(window.lost() + window.missing_up_to(newest) + came, newest - first + 1) << log2;
        }
        EXPECT_GT(window.lost(), 0U);
    }
}

TEST(Window, tells_how_far_a_number_is_behind) {
    Window window(10);
    EXPECT_EQ(window.behind(5), 0U) << "nothing is known";
    window.start_above(1000);
    EXPECT_EQ(window.behind(400), 600U) << "of what an earlier dataplane received";
    window.commit(5000);
    EXPECT_EQ(window.behind(400), 4600U);
    EXPECT_EQ(window.behind(5001), 0U);
    window.start_above(Window::highest_floor);
    EXPECT_EQ(window.behind(400), 0U) << "while nothing may pass the number says nothing";
}

TEST(Window, tells_what_is_missing_up_to_a_number) {
    Window window(10);
    EXPECT_EQ(window.missing_up_to(100), 0U) << "nothing came yet";
    for (std::uint64_t number = 10; number <= 300; ++number)
        if (number % 10 != 5) window.commit(number);
    EXPECT_EQ(window.missing_up_to(9), 0U) << "nothing was expected before the first one";
    EXPECT_EQ(window.missing_up_to(14), 0U);
    EXPECT_EQ(window.missing_up_to(15), 1U);
    EXPECT_EQ(window.missing_up_to(104), 9U);
    EXPECT_EQ(window.missing_up_to(300), 29U);
    EXPECT_EQ(window.missing_up_to(last_number), 29U) << "what has not been sent yet is not missing";
    window.commit(15);
    EXPECT_EQ(window.missing_up_to(300), 28U) << "a late one";
}

}  // namespace
}  // namespace ropewalk::dataplane::tunnel
