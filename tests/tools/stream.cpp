// ropewalk-stream: a numbered UDP stream, to see what a network loses, doubles, reorders or damages.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>

#include "tests/tools/stop.hpp"
#include "tests/tools/stream_packet.hpp"
#include "tests/tools/stream_receiver.hpp"
#include "tests/tools/stream_sender.hpp"

namespace {

using namespace ropewalk::tests::tools;

int complain(const ropewalk::Error& error) {
    fmt::print(stderr, "ropewalk-stream: {}\n", error.message);
    return 2;
}

double seconds(std::uint64_t ns) {
    return static_cast<double>(ns) / 1e9;
}

void print_json(const StreamTally& tally) {
    fmt::print(R"({{"count": {}, "delivered": {}, "lost": {}, "twice": {}, "disorder": {}, "damaged": {}, )"
               R"("longest_gap_ms": {:.3f}, "gap_start": {:.6f}, "gap_end": {:.6f}}})"
               "\n",
               tally.expected(), tally.delivered(), tally.lost(), tally.twice(), tally.disorder(), tally.damaged(),
               seconds(tally.gap_end_ns() - tally.gap_start_ns()) * 1e3, seconds(tally.gap_start_ns()),
               seconds(tally.gap_end_ns()));
}

void print_text(const StreamTally& tally) {
    fmt::print("delivered {} of {} lost {} twice {} disorder {} damaged {} longest gap {:.1f} ms\n", tally.delivered(),
               tally.expected(), tally.lost(), tally.twice(), tally.disorder(), tally.damaged(),
               seconds(tally.gap_end_ns() - tally.gap_start_ns()) * 1e3);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Sends or receives a numbered UDP stream and says what became of it.");
    app.require_subcommand(1);

    std::string to, from, listen;
    SendOrder send_order{.to = {}, .bind = {}, .count = {}, .packets_per_second = 1'000, .payload_bytes = 200};
    auto* send = app.add_subcommand("send", "Send the stream; prints one JSON line.");
    send->add_option("--to", to, "ADDR:PORT of the receiver")->required();
    send->add_option("--bind", from, "address to send from");
    send->add_option("--rate", send_order.packets_per_second, "packets per second")->check(CLI::Range(1, 10'000'000));
    send->add_option("--count", send_order.count, "packets; without it, until SIGTERM or SIGINT");
    send->add_option("--size", send_order.payload_bytes, "bytes of UDP payload")
        ->check(CLI::Range(smallest_stream_packet, largest_stream_packet));

    send->add_option("--device", send_order.device, "the interface it leaves by: wait while its reader is far behind");
    send->add_option("--counters", send_order.counters, "where that interface is counted, as /proc/net/dev");

    ReceiveOrder receive_order{.listen = {}, .idle = {}};
    double idle_seconds = 5;
    bool json = false;
    auto* receive = app.add_subcommand("receive", "Receive the stream until its end, or until nothing comes any more.");
    receive->add_option("--listen", listen, "ADDR:PORT to listen on")->required();
    receive->add_option("--idle", idle_seconds, "seconds without a packet after which to give up")
        ->check(CLI::PositiveNumber);
    receive->add_flag("--json", json, "print one JSON line; gap times are CLOCK_MONOTONIC seconds");

    CLI11_PARSE(app, argc, argv);
    stop_on_signals();

    if (*send) {
        const auto target = parse_udp_endpoint(to);
        if (!target) return complain(target.error());
        send_order.to = *target;
        if (!from.empty()) {
            const auto source = parse_udp_endpoint(from);
            if (!source) return complain(source.error());
            send_order.bind = *source;
        }
        const auto report = send_stream(send_order);
        if (!report) return complain(report.error());
        fmt::print("{{\"sent\": {}, \"refused\": {}, \"last_refusal\": \"{}\"}}\n", report->sent, report->refused,
                   report->last_refusal);
        return 0;
    }

    const auto address = parse_udp_endpoint(listen);
    if (!address) return complain(address.error());
    receive_order.listen = *address;
    receive_order.idle = std::chrono::nanoseconds(static_cast<std::int64_t>(idle_seconds * 1e9));
    const auto tally = receive_stream(receive_order);
    if (!tally) return complain(tally.error());
    json ? print_json(*tally) : print_text(*tally);
    return 0;
}
