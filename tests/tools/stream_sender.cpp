#include "tests/tools/stream_sender.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <vector>

#include "tests/tools/interface_counters.hpp"
#include "tests/tools/lead.hpp"
#include "tests/tools/stop.hpp"
#include "tests/tools/stream_packet.hpp"

namespace ropewalk::tests::tools {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;
constexpr std::uint64_t end_mark_spacing_ns = second_ns / 20;
constexpr int end_marks = 5;

/// Half of what a tunnel's interface keeps. On a machine that gives the tunnel no CPU for seconds, more would be lost
/// before the tunnel had it.
constexpr std::uint64_t most_ahead = 2000;
constexpr std::uint64_t packets_a_look = 64;
constexpr std::uint64_t wait_ns = second_ns / 500;

std::uint64_t now_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * second_ns + static_cast<std::uint64_t>(now.tv_nsec);
}

void sleep_until(std::uint64_t when_ns) {
    const timespec when{static_cast<time_t>(when_ns / second_ns), static_cast<long>(when_ns % second_ns)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, nullptr) == EINTR && !told_to_stop()) {
    }
}

void wait_for_reader(const SendOrder& order, Lead& lead) {
    const auto look = [&] { lead.saw(packets_gone(order.device, order.counters)); };
    for (look(); lead.packets() > most_ahead && !told_to_stop(); look()) sleep_until(now_ns() + wait_ns);
}

}  // namespace

Result<SendReport> send_stream(const SendOrder& order) {
    const int socket_fd = socket(order.to.family(), SOCK_DGRAM, 0);
    if (socket_fd < 0) return fail(std::string("no UDP socket: ") + std::strerror(errno));
    if (order.bind && bind(socket_fd, order.bind->get(), order.bind->size) != 0) {
        const std::string why = std::strerror(errno);
        close(socket_fd);
        return fail("cannot send from the address given by --bind: " + why);
    }

    std::vector<std::uint8_t> payload(order.payload_bytes);
    SendReport report;
    const std::uint64_t start = now_ns();
    std::uint64_t number = 0;
    Lead lead;
    for (; !told_to_stop() && (!order.count || number < *order.count); ++number) {
        // A late sender catches up: the time of a packet depends on its number only.
        sleep_until(start + number * second_ns / order.packets_per_second);
        if (!order.device.empty() && number % packets_a_look == 0) wait_for_reader(order, lead);
        write_stream_packet(payload, number);
        if (sendto(socket_fd, payload.data(), payload.size(), 0, order.to.get(), order.to.size) >= 0) {
            ++report.sent;
            lead.gave_one();
        } else {
            ++report.refused;
            report.last_refusal = std::strerror(errno);
        }
    }
    for (int mark = 0; mark < end_marks; ++mark) {
        sleep_until(now_ns() + end_mark_spacing_ns);
        write_stream_packet(payload, end_mark | number);
        sendto(socket_fd, payload.data(), payload.size(), 0, order.to.get(), order.to.size);
    }
    close(socket_fd);
    return report;
}

}  // namespace ropewalk::tests::tools
