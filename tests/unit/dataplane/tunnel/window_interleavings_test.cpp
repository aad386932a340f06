#include <bit>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dataplane/tunnel/window.hpp"
#include "tests/unit/dataplane/tunnel/interleavings.hpp"

namespace ropewalk::dataplane::tunnel {
namespace {

using tests::unit::Interleavings;
using SteppedWindow = BasicWindow<tests::unit::SteppedMemory>;

/// A run of numbers of one block, as a worker commits it.
using Numbers = std::vector<std::uint64_t>;

struct Case {
    const char* name;
    std::vector<std::uint64_t> before;          ///< delivered when the workers begin
    std::vector<std::vector<Numbers>> workers;  ///< what each of them commits, one run after the other
    std::uint64_t jumps = 0;
};

constexpr unsigned log2 = 8;  ///< four cells
constexpr std::uint64_t cells = 4;

/// One number of block `block`.
constexpr std::uint64_t in(std::uint64_t block, std::uint64_t bit) {
    return block << 6 | bit;
}

const std::vector<Case> cases = {
    {"one_number_by_three", {1}, {{{10}}, {{10}}, {{10}}}},
    {"numbers_of_one_block", {1}, {{{10}, {11}}, {{12}, {11}}}},
    {"runs_that_overlap", {1}, {{{10, 11, 12}}, {{11, 12, 13}}, {{9, 13}}}},
    {"the_next_block_from_two_sides", {1, 60}, {{{in(1, 0)}, {61}}, {{62}, {in(1, 0), in(1, 1)}}}},
    {"a_block_pushed_out_while_it_fills", {1, in(3, 1)}, {{{in(4, 5)}}, {{2}, {in(1, 2)}}, {{in(4, 1)}}}},
    {"blocks_sprung_over", {1}, {{{in(3, 5)}}, {{in(1, 7)}}, {{in(2, 8)}}}},
    {"one_springs_ahead_of_the_other", {1}, {{{in(2, 5)}}, {{in(3, 6)}, {in(4, 7)}}, {{in(1, 8)}}}},
    {"the_same_cell_pushed_twice", {1, in(3, 3)}, {{{in(4, 5)}}, {{in(6, 1)}, {in(8, 5)}}}},
    {"the_same_order_backwards", {1}, {{{10}, {in(1, 1)}, {in(3, 1)}}, {{in(3, 1)}, {in(1, 1)}, {10}}}},
    {"a_jump_by_two", {1, 3}, {{{in(1000, 5)}}, {{in(1000, 6)}}, {{4}}}, 1},
    {"a_jump_and_one_behind_it", {1}, {{{in(1000, 5)}}, {{in(998, 6)}, {in(1001, 7)}}}, 1},
};

/// Workers over one window, in every order of their steps.
class WindowInterleavings : public ::testing::TestWithParam<Case> {
protected:
    std::uint64_t explore() {
        for (const std::uint64_t number : GetParam().before) beginning_.commit(number);
        std::vector<Interleavings::Thread> threads;
        for (const auto& runs : GetParam().workers)
            threads.push_back([this, &runs] {
                for (const Numbers& run : runs) commit(run);
            });
        return Interleavings::explore([this] { reset(); }, threads, [this] { verify(); });
    }

private:
    void reset() {
        window_ = beginning_;
        delivered_.clear();
        for (const std::uint64_t number : GetParam().before) ++delivered_[number];
    }

    /// As the stage does it: ask, open, then mark.
    void commit(const Numbers& run) {
        std::uint64_t bits = 0;
        for (const std::uint64_t number : run)
            if (window_.check(number) == SteppedWindow::Verdict::fresh) bits |= SteppedWindow::bit_of(number);
        if (bits == 0) return;
        const std::uint64_t block = SteppedWindow::block_of(run.front());
        for (std::uint64_t fresh = window_.commit(block, bits); fresh != 0; fresh &= fresh - 1)
            ++delivered_[in(block, static_cast<std::uint64_t>(std::countr_zero(fresh)))];
    }

    void verify() {
        if (HasFailure()) return;  // one bad end says enough
        const std::uint64_t newest = delivered_.rbegin()->first;
        for (const auto& [number, times] : delivered_) EXPECT_EQ(times, 1U) << "of " << number;
        EXPECT_EQ(window_.newest(), newest);
        EXPECT_EQ(window_.jumped(), GetParam().jumps);
        for (const auto& runs : GetParam().workers)
            for (const Numbers& run : runs)
                for (const std::uint64_t number : run)
                    if (number / 64 + cells > newest / 64) {
                        EXPECT_EQ(delivered_.count(number), 1U) << number << " was refused by all";
                    }
        if (window_.jumped() == 0) verify_losses(newest);
    }

    /// Lets everything leave the window, which then must have counted what was not delivered.
    void verify_losses(std::uint64_t newest) {
        const std::uint64_t first = delivered_.begin()->first, end = in(newest / 64 + 1, 0);
        for (std::uint64_t number = end; number < end + 64 * cells; ++number) window_.commit(number);
        EXPECT_EQ(window_.lost(), end - first - delivered_.size()) << "newest " << newest;
    }

    SteppedWindow beginning_{log2}, window_{log2};
    std::map<std::uint64_t, unsigned> delivered_;
};

TEST_P(WindowInterleavings, deliver_each_number_once_and_count_each_loss) {
    const std::uint64_t ends = explore();
    EXPECT_GT(ends, 1U);
    RecordProperty("ends", std::to_string(ends));
}

INSTANTIATE_TEST_SUITE_P(all, WindowInterleavings, ::testing::ValuesIn(cases),
                         [](const auto& which) { return which.param.name; });

}  // namespace
}  // namespace ropewalk::dataplane::tunnel
