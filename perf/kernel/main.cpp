// ropewalk-perf-traffic: what `perf/run kernel` sends through two gateways, and takes in behind them. One JSON line.

#include <arpa/inet.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "perf/kernel/traffic_sender.hpp"
#include "perf/kernel/traffic_sink.hpp"

namespace {

using namespace ropewalk::perf::kernel;

std::atomic<bool> stop_requested{false};

int refuse(std::string_view why) {
    fmt::print(stderr, "ropewalk-perf-traffic: {}\n", why);
    return 2;
}

sockaddr_in endpoint(const char* address, const char* port) {
    sockaddr_in parsed{};
    parsed.sin_family = AF_INET;
    parsed.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
    inet_pton(AF_INET, address, &parsed.sin_addr);
    return parsed;
}

int send(char** arguments) {
    const auto sent = send_traffic({endpoint(arguments[0], arguments[1]), std::strtoul(arguments[2], nullptr, 10),
                                    std::strtoul(arguments[3], nullptr, 10), std::strtod(arguments[4], nullptr),
                                    static_cast<unsigned>(std::strtoul(arguments[5], nullptr, 10))});
    if (!sent) return refuse(sent.error().message);
    fmt::print("{{\"sent\": {}, \"refused\": {}, \"seconds\": {:.6f}}}\n", sent->packets, sent->refused, sent->seconds);
    return 0;
}

int receive(char** arguments) {
    std::signal(SIGTERM, [](int) { stop_requested.store(true); });
    const auto received =
        receive_traffic(endpoint(arguments[0], arguments[1]), std::strtoul(arguments[2], nullptr, 10), stop_requested);
    if (!received) return refuse(received.error().message);
    fmt::print("{{\"received\": {}, \"twice\": {}, \"disorder\": {}, \"wrong\": {}}}\n", received->packets,
               received->twice, received->disorder, received->wrong);
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    const std::string_view what = count > 1 ? arguments[1] : "";
    if (what == "send" && count == 8) return send(arguments + 2);
    if (what == "receive" && count == 5) return receive(arguments + 2);
    return refuse(
        "usage: ropewalk-perf-traffic send ADDRESS PORT BYTES PACKETS_PER_SECOND SECONDS SEGMENTS\n"
        "       ropewalk-perf-traffic receive ADDRESS PORT BYTES        (until SIGTERM)");
}
