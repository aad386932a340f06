#include "dataplane/worker/worker.hpp"

#include <sys/prctl.h>
#include <time.h>

#include <rte_cycles.h>
#include <rte_lcore.h>
#include <rte_pause.h>

#include "config/region/monotonic_clock.hpp"

namespace ropewalk::dataplane::worker {

namespace {

void sleep_us(std::uint32_t microseconds) {
    const timespec span{0, static_cast<long>(microseconds) * 1000};
    nanosleep(&span, nullptr);
}

}  // namespace

Worker::Worker(const WorkerSetup& setup)
    : wan_slots_(setup.wan_slots),
      ports_(setup.wan, setup.inside),
      status_(setup.section->workers[setup.index]),
      receivers_(std::make_unique<stages::PathReceivers>()),
      turn_({wan_slots_, setup.links, setup.pool, setup.view, setup.section, setup.control, setup.senders,
             receivers_.get(), setup.index, setup.ethernet},
            ports_),
      idle_(setup.idle) {}

std::uint32_t Worker::turn() {
    const view::ConfigView* view = turn_.adopt_view();
    if (view == nullptr) return 0;
    const std::uint64_t began = rte_rdtsc();
    const std::uint32_t packets = turn_.run(*view, config::region::monotonic_ns());

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

void Worker::finish() {
    if (const view::ConfigView* view = turn_.adopt_view(); view != nullptr) turn_.finish(*view);
}

void Worker::run(const std::atomic<bool>& stop) {
    prctl(PR_SET_TIMERSLACK, 1000UL);
    status_.cpu.store(static_cast<std::uint64_t>(sched_getcpu()));
    while (!stop.load(std::memory_order_relaxed)) {
        const IdlePolicy::Action action = idle_.after_turn(turn());
        if (action.kind == IdlePolicy::Action::Kind::pause) {
            rte_pause();
        } else if (action.kind == IdlePolicy::Action::Kind::sleep) {
            turn_.counters().sleeps.add(1);
            sleep_us(action.sleep_us);
        }
    }
}

}  // namespace ropewalk::dataplane::worker
