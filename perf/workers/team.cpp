#include "perf/workers/team.hpp"

#include <thread>

#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_pause.h>

namespace ropewalk::perf::workers {

Team::Team() {
    for (std::size_t i = 0; i < team_size; ++i) {
        members_[i].team = this;
        members_[i].index = i;
        rte_eal_remote_launch(loop, &members_[i], static_cast<unsigned>(i + 1));
    }
}

Team::~Team() {
    stop_.store(true);
    rte_eal_mp_wait_lcore();
}

int Team::loop(void* argument) {
    auto& member = *static_cast<Member*>(argument);
    Team& team = *member.team;
    while (!team.stop_.load(std::memory_order_relaxed)) {
        if ((team.running_.load(std::memory_order_acquire) >> member.index & 1) == 0) {
            member.idle.store(true, std::memory_order_release);
            rte_pause();
            continue;
        }
        member.idle.store(false, std::memory_order_relaxed);
        const Work work = (*team.step_.load(std::memory_order_relaxed))(member.index);
        member.done.packets += work.packets;
        member.done.cycles += work.cycles;
    }
    return 0;
}

std::array<Work, team_size> Team::run(unsigned workers, const Step& step, std::chrono::milliseconds duration) {
    for (Member& member : members_) member.done = {};
    step_.store(&step);
    running_.store(workers, std::memory_order_release);
    std::this_thread::sleep_for(duration);
    running_.store(0, std::memory_order_release);
    for (Member& member : members_)
        while (!member.idle.load(std::memory_order_acquire)) std::this_thread::yield();
    std::array<Work, team_size> done;
    for (std::size_t i = 0; i < team_size; ++i) done[i] = members_[i].done;
    return done;
}

}  // namespace ropewalk::perf::workers
