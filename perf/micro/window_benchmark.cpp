#include <array>

#include "dataplane/tunnel/window.hpp"
#include "perf/micro/bench.hpp"

namespace ropewalk::perf::micro {

namespace {

using dataplane::tunnel::Window;
using Numbers = std::array<std::uint64_t, burst_packets>;

constexpr unsigned default_window_log2 = 20;
constexpr std::uint64_t first_number = std::uint64_t{1} << 60;
/// Packets that the slower of two paths lags behind.
constexpr std::uint64_t skew = 8191;

/// Numbers as they arrive, a burst at a time; no number comes twice.
class Arrivals {
public:
    enum class Order : std::int64_t { in_order = 0, two_paths = 1 };
    explicit Arrivals(Order order) : order_(order) {}

    void next(Numbers& numbers) {
        for (std::uint64_t& number : numbers) {
            number = next_;
            if (order_ == Order::two_paths && next_ % 2 != 0) number -= skew - 1;
            ++next_;
        }
    }

private:
    Order order_;
    std::uint64_t next_ = first_number + 2 * skew;
};

Arrivals arrivals_of(const benchmark::State& state) {
    return Arrivals(static_cast<Arrivals::Order>(state.range(0)));
}

void commit_all(Window& window, const Numbers& numbers) {
    for (const std::uint64_t number : numbers) benchmark::DoNotOptimize(window.commit(number));
}

void check_all(const Window& window, const Numbers& numbers) {
    for (const std::uint64_t number : numbers) benchmark::DoNotOptimize(window.check(number));
}

Window started_window() {
    Window window(default_window_log2);
    window.commit(first_number);
    return window;
}

void window_check(benchmark::State& state) {
    Window window = started_window();
    Arrivals arrivals = arrivals_of(state);
    Numbers numbers;
    arrivals.next(numbers);
    measure(
        state,
        [&] {
            commit_all(window, numbers);
            arrivals.next(numbers);
        },
        [&] { check_all(window, numbers); });
}

void window_check_duplicate(benchmark::State& state) {
    Window window = started_window();
    Arrivals arrivals = arrivals_of(state);
    Numbers numbers;
    measure(
        state,
        [&] {
            arrivals.next(numbers);
            commit_all(window, numbers);
        },
        [&] { check_all(window, numbers); });
}

void window_commit(benchmark::State& state) {
    Window window = started_window();
    Arrivals arrivals = arrivals_of(state);
    Numbers numbers;
    measure(
        state, [&] { arrivals.next(numbers); }, [&] { commit_all(window, numbers); });
}

BENCHMARK(window_check)->ArgName("out_of_order")->Arg(0)->Arg(1)->UseManualTime();
BENCHMARK(window_check_duplicate)->ArgName("out_of_order")->Arg(0)->Arg(1)->UseManualTime();
BENCHMARK(window_commit)->ArgName("out_of_order")->Arg(0)->Arg(1)->UseManualTime();

}  // namespace

}  // namespace ropewalk::perf::micro
