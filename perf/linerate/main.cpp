#include <exception>
#include <map>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "config/schema/mac_address.hpp"
#include "dataplane/eal/eal.hpp"
#include "perf/linerate/run.hpp"

using namespace ropewalk;
using namespace ropewalk::perf::linerate;
using config::Cipher;

namespace {

/// What stands on the command line before it has a meaning.
struct Words {
    std::string topology = "looped", mode = "duplicate", cipher = "aes-256-gcm", method = "mlr", rate = "max";
    std::string next_hop, clock = "running";
    int ip = 4, ways = 1;
};

const std::map<std::string, TopologyKind> topologies{{"generator", TopologyKind::generator},
                                                     {"looped", TopologyKind::looped},
                                                     {"back-to-back", TopologyKind::back_to_back},
                                                     {"ports", TopologyKind::ports}};
const std::map<std::string, Method> methods{{"mlr", Method::mlr},
                                            {"rfc2544", Method::rfc2544},
                                            {"mrr", Method::mrr},
                                            {"trial", Method::trial},
                                            {"soak", Method::soak}};
const std::map<std::string, TrialClock> clocks{{"running", TrialClock::running}, {"wall", TrialClock::wall}};

template <class Choices>
std::vector<std::string> names_of(const Choices& choices) {
    std::vector<std::string> names;
    for (const auto& [name, choice] : choices) names.push_back(name);
    return names;
}

void add_what(CLI::App& app, Options& options, Words& words) {
    app.add_option("--topology", words.topology,
                   "what stands between generator and sink: nothing, one gateway looped, two gateways, or two ports")
        ->check(CLI::IsMember(names_of(topologies)))
        ->capture_default_str();
    app.add_option("--mode", words.mode, "how gateways send: duplicate, or stripe")->capture_default_str();
    app.add_option("--copies", options.topology.copies, "copies of each packet, a path for each")
        ->check(CLI::Range(1, 4))
        ->capture_default_str();
    app.add_option("--cipher", words.cipher)
        ->check(CLI::IsMember({"aes-256-gcm", "aes-128-gcm"}))
        ->capture_default_str();
    app.add_option("--ways", words.ways, "1, or 2 for both ways at once")
        ->check(CLI::Range(1, 2))
        ->capture_default_str();
    app.add_option("--tx-port", options.topology.devices[0],
                   "of topology ports: PCI address, or devargs such as net_memif0,role=client,socket=/run/a.sock");
    app.add_option("--rx-port", options.topology.devices[1], "of topology ports: where packets come back");
    app.add_option("--next-hop", words.next_hop,
                   "of topology ports: Ethernet address to send to; default the rx port's");
    app.add_option("--quiet-seconds", options.topology.quiet_seconds,
                   "of topology ports: a trial is over when nothing arrived for so long")
        ->check(CLI::Range(0.01, 10.0))
        ->capture_default_str();
    app.add_option("--ring", options.topology.ring_packets, "packets a queue between gateways holds, a power of two")
        ->check(CLI::Range(64, 4096))
        ->capture_default_str();
    app.add_option("--size", options.sizes, "bytes of an IP packet, or imix; several by commas")
        ->delimiter(',')
        ->capture_default_str();
    app.add_option("--ip", words.ip, "version of the packets")->check(CLI::IsMember({4, 6}))->capture_default_str();
    app.add_option("--flows", options.flows, "flows that packets belong to in turn")
        ->check(CLI::Range(1, 60000))
        ->capture_default_str();
}

void add_how(CLI::App& app, Options& options, Words& words) {
    app.add_option("--search", words.method, "what is looked for")
        ->check(CLI::IsMember(names_of(methods)))
        ->capture_default_str();
    app.add_option("--rate", words.rate, "of trial and soak, else the most that is offered: 2Mpps, 1gbit, 90%, max")
        ->capture_default_str();
    app.add_option("--share", options.share, "of what comes through at most: soak's load where no rate is given")
        ->check(CLI::Range(0.001, 1.0))
        ->capture_default_str();
    app.add_option("--seconds", options.seconds, "of trial (default 1) and soak (default 60)")
        ->check(CLI::Range(0.01, 1e6));
    app.add_option("--window", options.window_seconds, "seconds of soak told at once")
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
    app.add_option("--trial-seconds", options.trial_seconds, "a full-length trial (default 1 in mlr, 60 in rfc2544)")
        ->check(CLI::Range(0.01, 3600.0));
    app.add_option("--initial-trial-seconds", options.initial_trial_seconds, "the first trials of mlr")
        ->check(CLI::Range(0.01, 3600.0))
        ->capture_default_str();
    app.add_option("--sum-seconds", options.sum_seconds, "of trials that decide a load in mlr")
        ->check(CLI::Range(0.01, 36000.0))
        ->capture_default_str();
    app.add_option("--width", options.relative_width, "how close bounds must be, a share of the upper")
        ->check(CLI::Range(0.001, 0.2))
        ->capture_default_str();
    app.add_option("--limit-seconds", options.limit_seconds, "mlr's trials for one size at most")
        ->check(CLI::Range(0.1, 1e6))
        ->capture_default_str();
    app.add_option("--latency-seconds", options.latency_seconds, "at each load that latency is measured at")
        ->check(CLI::Range(0.01, 3600.0))
        ->capture_default_str();
    app.add_option("--cpu", options.generator_cpu, "CPU of generator and sink")->capture_default_str();
    app.add_option("--gateway-cpu", options.gateway_cpu, "CPU of the gateways")->capture_default_str();
    app.add_option("--clock", words.clock,
                   "which time counts: running, all but spells in which the host took a CPU of this program away, or "
                   "wall, every moment")
        ->check(CLI::IsMember(names_of(clocks)))
        ->capture_default_str();
    app.add_option("--steal-every", options.topology.steal_every,
                   "proof of the books: one frame of so many disappears uncounted, and this program must fail");
}

/// Gives the words their meaning.
Result<void> read(const Words& words, Options& options) {
    if (words.mode != "duplicate") return fail(fmt::format("--mode {}: this release sends duplicate", words.mode));
    TopologyPlan& topology = options.topology;
    topology.kind = topologies.at(words.topology);
    topology.ways = words.ways == 2 ? Ways::both : Ways::one;
    topology.cipher = words.cipher == "aes-256-gcm" ? Cipher::aes_256_gcm : Cipher::aes_128_gcm;
    options.method = methods.at(words.method);
    options.family = words.ip == 4 ? Family::ipv4 : Family::ipv6;
    const bool two_ends = topology.kind == TopologyKind::back_to_back || topology.kind == TopologyKind::ports;
    if (topology.ways == Ways::both && !two_ends)
        return fail(
            fmt::format("--ways 2: topology {} has one end only; allowed with back-to-back and ports", words.topology));
    options.clock = clocks.at(words.clock);
    if ((topology.ring_packets & (topology.ring_packets - 1)) != 0)
        return fail(fmt::format("--ring {}: allowed is a power of two from 64 to 4096", topology.ring_packets));
    const bool has_ports = !topology.devices[0].empty() && !topology.devices[1].empty();
    if ((topology.kind == TopologyKind::ports) != has_ports)
        return fail("--tx-port and --rx-port belong to topology ports, which needs both");
    const auto rate = Rate::read(words.rate);
    if (!rate) return tl::make_unexpected(rate.error());
    options.rate = *rate;
    if (words.next_hop.empty()) return {};
    const auto address = config::schema::parse_mac_address(words.next_hop);
    if (!address)
        return fail(fmt::format("--next-hop {}: allowed is an address like 02:00:00:00:00:01", words.next_hop));
    topology.next_hop = address->bytes;
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Offers numbered, time-stamped packets to gateways or ports, counts what comes back, and finds the "
        "rates at which nothing or little is lost; JSON on standard output."};
    Options options;
    const auto cpus = dataplane::eal::allowed_cpus();
    options.generator_cpu = cpus.front();
    options.gateway_cpu = cpus.back();
    Words words;
    add_what(app, options, words);
    add_how(app, options, words);
    CLI11_PARSE(app, argc, argv);
    try {
        auto outcome = read(words, options).and_then([&] { return run(options); });
        if (outcome) {
            fmt::print("{}\n", *outcome);
            return 0;
        }
        fmt::print(stderr, "ropewalk-perf: {}\n", outcome.error().message);
    } catch (const std::exception& error) {
        fmt::print(stderr, "ropewalk-perf: {}\n", error.what());
    }
    return 1;
}
