#include <atomic>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "dataplane/tunnel/window.hpp"

namespace ropewalk::dataplane::tunnel {
namespace {

using Verdict = Window::Verdict;

/// Two workers, each fed by paths of its own: every packet has a copy at both, shuffled within `spread`.
std::vector<std::uint64_t> arrivals(std::uint64_t first, std::uint64_t packets, std::uint64_t spread,
                                    std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t i = 0; i < packets; ++i)
        if (random() % 8 != 0) numbers.push_back(first + i);
    for (std::size_t i = 0; i + spread < numbers.size(); ++i)
        if (random() % 4 == 0) std::swap(numbers[i], numbers[i + random() % spread]);
    return numbers;
}

class WindowThreads : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(WindowThreads, share_a_window_and_deliver_every_packet_once) {
    constexpr std::uint64_t first = 5'000'000'011, packets = 100'000;
    constexpr unsigned threads = 3;
    Window window(14);
    ASSERT_EQ(window.commit(first - 1), Verdict::fresh);
    std::vector<std::atomic<std::uint8_t>> delivered(packets);
    std::vector<std::vector<std::uint64_t>> numbers;
    for (unsigned i = 0; i < threads; ++i) numbers.push_back(arrivals(first, packets, GetParam(), i + 1));

    // No thread runs away from the others by more than the window holds: packets do not wait for each other so long.
    std::vector<std::atomic<std::uint64_t>> at(threads);
    const auto wait_for_others = [&](std::uint64_t number) {
        for (const auto& other : at)
            while (other.load(std::memory_order_relaxed) + 4000 < number) std::this_thread::yield();
    };
    std::vector<std::thread> workers;
    for (unsigned i = 0; i < threads; ++i)
        workers.emplace_back([&, i] {
            for (const std::uint64_t number : numbers[i]) {
                at[i].store(number, std::memory_order_relaxed);
                if (number % 64 == 0) wait_for_others(number);
                if (window.commit(number) == Verdict::fresh)
                    delivered[number - first].fetch_add(1, std::memory_order_relaxed);
            }
            at[i].store(~std::uint64_t{0} - 4000);
        });
    for (auto& worker : workers) worker.join();

    std::vector<std::uint8_t> offered(packets);
    for (const auto& some : numbers)
        for (const std::uint64_t number : some) offered[number - first] = 1;
    std::uint64_t missing = 0;
    for (std::uint64_t i = 0; i < packets; ++i) {
        ASSERT_EQ(delivered[i], offered[i]) << "packet " << i;
        missing += offered[i] == 0;
    }
    ASSERT_GT(missing, 0U);
    for (std::uint64_t i = 0; i < std::uint64_t{1} << 14; ++i) window.commit(first + packets + i);
    EXPECT_EQ(window.lost(), missing);
    EXPECT_EQ(window.jumped(), 0U);
}

INSTANTIATE_TEST_SUITE_P(in_order_and_shuffled, WindowThreads, ::testing::Values(1U, 700U));

}  // namespace
}  // namespace ropewalk::dataplane::tunnel
