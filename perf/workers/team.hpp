#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

namespace ropewalk::perf::workers {

inline constexpr std::size_t team_size = 2;

/// What a worker did in one phase.
struct Work {
    std::uint64_t packets = 0, cycles = 0;
    double cycles_per_packet() const { return static_cast<double>(cycles) / static_cast<double>(packets); }
};

/// A few lcores that do the same at the same time, or one of them alone. Each calls its step over and over; the step
/// itself says how many packets it moved and how many cycles counted.
class Team {
public:
    using Step = std::function<Work(std::size_t worker)>;

    /// Launches lcores 1 to team_size, which wait.
    Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;
    ~Team();

    /// Lets the workers whose bit is set step for a while; what each of them did. The others do nothing.
    std::array<Work, team_size> run(unsigned workers, const Step& step, std::chrono::milliseconds duration);

private:
    struct alignas(64) Member {
        Team* team;
        std::size_t index;
        std::atomic<bool> idle{true};
        Work done;
    };
    static int loop(void* member);

    std::array<Member, team_size> members_;
    std::atomic<const Step*> step_{nullptr};
    std::atomic<unsigned> running_{0};
    std::atomic<bool> stop_{false};
};

}  // namespace ropewalk::perf::workers
