#include "dataplane/house/housekeeping.hpp"

#include <chrono>
#include <thread>

#include <spdlog/spdlog.h>

#include "config/region/monotonic_clock.hpp"

namespace ropewalk::dataplane::house {

namespace {

constexpr auto turn_interval = std::chrono::milliseconds(5);

/// A second or so.
constexpr std::uint64_t received_interval_turns = 200;

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

void Housekeeping::renew_leases() {
    auto renewed = registry_.renew_leases();
    if (renewed && turns_ % received_interval_turns == 0) renewed = registry_.record_received();
    if (!renewed && !lease_failed_)
        spdlog::error("sequence numbers could not be recorded, sending stops when the present lease is used up: {}",
                      renewed.error().message);
    lease_failed_ = !renewed;
}

void Housekeeping::watch_region() {
    if (!region_.was_replaced() || replaced_) return;
    replaced_ = true;
    spdlog::error(
        "the shared memory was removed or made anew; going on with the last configuration, restart this "
        "process to follow the new one");
}

void Housekeeping::turn(std::uint64_t now_ns) {
    region_.dataplane().heartbeat_ns.store(now_ns, std::memory_order_relaxed);
    poll_configuration();
    renew_leases();
    registry_.publish_windows();
    if (turns_ % received_interval_turns == 0) watch_region();
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
