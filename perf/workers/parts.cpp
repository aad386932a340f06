#include "perf/workers/parts.hpp"

#include <array>

#include "perf/fixture/cycle_clock.hpp"

namespace ropewalk::perf::workers {

using dataplane::packet::Burst;
using dataplane::packet::Packet;
using dataplane::tunnel::Window;

namespace {

template <class Step>
Work timed(std::uint64_t packets, Step step) {
    const std::uint64_t began = fixture::start_cycles();
    step();
    return {packets, fixture::without_clock(fixture::read_cycles() - began)};
}

}  // namespace

Parts::Parts() {
    numbers_.begin(first, ~std::uint64_t{0});
    marked_.begin(first, ~std::uint64_t{0});
}

Work Parts::reserve(std::size_t) {
    volatile std::uint64_t number;
    return timed(burst, [&] { number = *numbers_.reserve(burst); });
}

Work Parts::mark(std::size_t) {
    const std::uint64_t from = *marked_.reserve(burst);
    return timed(burst, [&] {
        std::uint64_t block = Window::block_of(from), bits = 0;
        for (std::uint64_t number = from; number < from + burst; ++number) {
            if (Window::block_of(number) != block) {
                window_.commit(block, bits);
                block = Window::block_of(number);
                bits = 0;
            }
            if (window_.check(number) == Window::Verdict::fresh) bits |= Window::bit_of(number);
        }
        window_.commit(block, bits);
    });
}

Work Parts::hop(std::size_t worker) {
    std::array<Packet*, burst> packets{};
    Burst out;
    if (!together_)
        return timed(burst, [&] {
            ring_.push(packets.data(), burst);
            ring_.pop(out);
        });
    if (worker == 0) {
        std::uint16_t taken = 0;
        const Work work = timed(burst, [&] { taken = ring_.push(packets.data(), burst); });
        return taken == burst ? work : Work{};
    }
    const Work work = timed(burst, [&] { ring_.pop(out); });
    return out.count == 0 ? Work{} : Work{out.count, work.cycles};
}

void Parts::alone_or_together(unsigned workers) {
    together_ = workers == 3;
    Burst out;
    do ring_.pop(out);
    while (out.count != 0);
}

}  // namespace ropewalk::perf::workers
