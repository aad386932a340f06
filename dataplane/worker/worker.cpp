#include "dataplane/worker/worker.hpp"

#include <sys/prctl.h>
#include <time.h>

#include <rte_cycles.h>
#include <rte_lcore.h>
#include <rte_pause.h>

namespace ropewalk::dataplane::worker {

namespace {

void sleep_us(std::uint32_t microseconds) {
    const timespec span{0, static_cast<long>(microseconds) * 1000};
    nanosleep(&span, nullptr);
}

}  // namespace

Worker::Worker(const WorkerSetup& setup)
    : ports_(setup.inside),
      status_(setup.turn.section->workers[setup.turn.index]),
      turn_(setup.turn, ports_),
      idle_(setup.idle) {}

std::uint32_t Worker::turn() {
    const view::ConfigView* view = turn_.adopt_view();
    if (view == nullptr) return 0;
    const std::uint64_t began = rte_rdtsc();
    const std::uint32_t packets = turn_.run(*view, now());

    auto& counters = turn_.counters();
    counters.turns.add(1);
    const std::uint64_t cycles = rte_rdtsc() - began;
    if (packets == 0) {
        counters.idle_turns.add(1);
        counters.idle_cycles.add(cycles);
    } else {
        counters.busy_cycles.add(cycles);
    }
    return packets;
}

std::uint32_t Worker::drain() {
    const view::ConfigView* view = turn_.adopt_view();
    return view == nullptr ? 0 : turn_.drain(*view, now());
}

void Worker::run(const std::atomic<bool>& stop) {
    prctl(PR_SET_TIMERSLACK, 1000UL);
    status_.cpu.store(static_cast<std::uint64_t>(sched_getcpu()));
    while (!stop.load(std::memory_order_relaxed)) {
        const IdlePolicy::Action action = idle_.after_turn(turn(), IdlePolicy::nothing_due);
        if (action.kind == IdlePolicy::Action::Kind::pause) {
            rte_pause();
        } else if (action.kind == IdlePolicy::Action::Kind::sleep) {
            turn_.counters().sleeps.add(1);
            sleep_us(action.sleep_us);
        }
    }
}

void drain(std::span<const std::unique_ptr<Worker>> workers) {
    std::uint32_t moved;
    do {
        moved = 0;
        for (const auto& worker : workers) moved += worker->drain();
    } while (moved != 0);
}

}  // namespace ropewalk::dataplane::worker
