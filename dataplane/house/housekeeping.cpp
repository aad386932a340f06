#include "dataplane/house/housekeeping.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include <spdlog/spdlog.h>

#include "config/region/clocks.hpp"

namespace ropewalk::dataplane::house {

namespace {

constexpr auto turn_interval = std::chrono::milliseconds(5);

/// A second or so.
constexpr std::uint64_t long_interval_turns = 200;

/// A disk that fails concerns every tunnel: nobody reads a thousand lines.
constexpr std::size_t most_notices_a_turn = 10;

spdlog::level::level_enum level_of(channel::Notice::Kind kind) {
    switch (kind) {
        case channel::Notice::Kind::trouble:
            return spdlog::level::err;
        case channel::Notice::Kind::warning:
            return spdlog::level::warn;
        case channel::Notice::Kind::over:
            break;
    }
    return spdlog::level::info;
}

}  // namespace

void Housekeeping::poll_configuration() {
    const std::uint64_t before = channel_.generation();
    if (auto polled = channel_.poll(); !polled)
        spdlog::error("refused a new configuration, going on with generation {}: {}", before, polled.error().message);
    else if (channel_.generation() != before) {
        spdlog::info("generation {} in use", channel_.generation());
        if (adopted_) adopted_(*channel_.current());
    }
}

void Housekeeping::tell() {
    registry_.follow_disk();
    const auto notices = registry_.take_notices();
    for (std::size_t i = 0; i < std::min(notices.size(), most_notices_a_turn); ++i)
        spdlog::log(level_of(notices[i].kind), "{}", notices[i].text);
    if (notices.size() > most_notices_a_turn)
        spdlog::error("{} more like these: ropewalk show tunnels", notices.size() - most_notices_a_turn);
}

void Housekeeping::watch_region() {
    if (!region_.was_replaced() || replaced_) return;
    replaced_ = true;
    spdlog::error(
        "the shared memory was removed or made anew; going on with the last configuration, restart this "
        "process to follow the new one");
}

void Housekeeping::watch_clock() {
    const std::int64_t moved_ns = clock_watch_.moved_ns(clocks_());
    const double seconds = static_cast<double>(moved_ns) / 1e9;
    if (moved_ns > 0) {
        registry_.move_on(static_cast<std::uint64_t>(moved_ns));
        spdlog::warn(
            "the time of day ran {:.1f} s ahead of what this machine counted: it was set, or the machine was resumed "
            "from a snapshot; the sequence numbers of all tunnels have moved on. If the snapshot was resumed before, "
            "or its original runs, make new keys on both gateways (ropewalk genkey)",
            seconds);
    } else if (moved_ns < 0) {
        spdlog::warn(
            "the time of day was set back by {:.1f} s; sequence numbers go on as they were. After a reboot tunnels "
            "send nothing until the clock has passed them",
            -seconds);
    }
}

void Housekeeping::turn(std::uint64_t now_ns) {
    region_.dataplane().heartbeat_ns.store(now_ns, std::memory_order_relaxed);
    watch_clock();
    registry_.renew_leases();
    poll_configuration();
    registry_.publish_windows();
    registry_.count_overdue(now_ns);
    if (turns_ % long_interval_turns == 0) {
        registry_.try_again();
        registry_.record_received();
        watch_region();
    }
    tell();
    if (watch_) watch_(now_ns);
    ++turns_;
}

void Housekeeping::run(const std::atomic<bool>& stop) {
    while (!stop.load(std::memory_order_relaxed)) {
        turn(config::region::monotonic_ns());
        std::this_thread::sleep_for(turn_interval);
    }
}

}  // namespace ropewalk::dataplane::house
