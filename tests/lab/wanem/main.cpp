#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>

#include <cstdio>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "config/region/file_descriptor.hpp"
#include "config/schema/units.hpp"
#include "tests/lab/wanem/emulator.hpp"
#include "tests/lab/wanem/read_scenario.hpp"

namespace ropewalk::tests::lab::wanem {
namespace {

using config::region::FileDescriptor;

struct Arguments {
    std::string file, near, far, control, duration;
    std::optional<std::uint64_t> seed;
    std::string spin = "15us";
    bool only_check = false;
};

void complain(const config::schema::Problems& problems) {
    for (const auto& problem : problems) std::fprintf(stderr, "%s\n", to_string(problem).c_str());
}

int refuse(const std::string& message) {
    std::fprintf(stderr, "ropewalk-wanem: %s\n", message.c_str());
    return 1;
}

FileDescriptor take_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : {SIGTERM, SIGINT}) sigaddset(&signals, number);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    return FileDescriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

/// A line does not wait for a CPU until others are done with it. Where the privilege is missing the report's `late_by`
/// shows what it cost.
bool take_precedence() {
    const sched_param lowest{::sched_get_priority_min(SCHED_FIFO)};
    return ::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &lowest) == 0;
}

/// Runs and prints the report, which is printed too when the run ends badly.
int emulate(Scenario scenario, const Emulator::Options& options) {
    // A sleep may otherwise end 50 us late, so that the kernel can join wake-ups.
    ::prctl(PR_SET_TIMERSLACK, 1);
    if (!take_precedence())
        std::fputs("ropewalk-wanem: no real-time priority: it may be late on a busy machine\n", stderr);
    const FileDescriptor signals = take_signals();
    auto emulator = Emulator::start(std::move(scenario), options);
    if (!emulator) return refuse(emulator.error().message);
    const auto ran = emulator->run(signals.number());
    std::puts(emulator->final_report().c_str());
    return ran ? 0 : refuse(ran.error().message);
}

int run(const Arguments& arguments) {
    Scenario scenario;
    if (!arguments.file.empty()) {
        auto read = read_scenario_file(arguments.file);
        if (!read) {
            complain(read.error());
            return 1;
        }
        scenario = std::move(*read);
    }
    if (!arguments.near.empty()) scenario.near = arguments.near;
    if (!arguments.far.empty()) scenario.far = arguments.far;
    if (arguments.seed) scenario.seed = *arguments.seed;
    if (arguments.only_check) return 0;
    if (scenario.near.empty() || scenario.far.empty())
        return refuse("two interfaces are needed: --near and --far, or near: and far: in the file");

    Emulator::Options options{.control_path = arguments.control, .duration = {}, .spin = {}};
    const auto spin = config::schema::parse_duration(arguments.spin);
    if (!spin) return refuse("--spin '" + arguments.spin + "' is not a time such as 15us");
    options.spin = *spin;
    if (!arguments.duration.empty()) {
        options.duration = config::schema::parse_duration(arguments.duration);
        if (!options.duration) return refuse("--duration '" + arguments.duration + "' is not a time such as 10s");
    }
    return emulate(std::move(scenario), options);
}

}  // namespace
}  // namespace ropewalk::tests::lab::wanem

int main(int argc, char** argv) {
    ropewalk::tests::lab::wanem::Arguments arguments;
    CLI::App app{
        "A WAN between two kernel interfaces: carries their frames with a rate, delay, losses and whatever else a file "
        "says. Ends at SIGTERM, SIGINT or after --duration, and prints what became of the frames as one line of JSON."};
    app.add_option("--config", arguments.file, "the line as YAML; without it a perfect wire")->type_name("FILE");
    app.add_option("--near", arguments.near, "the interface at the gateway's end")->type_name("INTERFACE");
    app.add_option("--far", arguments.far, "the interface at the network's end")->type_name("INTERFACE");
    app.add_option("--control", arguments.control, "a UNIX socket for changes by hand")->type_name("PATH");
    app.add_option("--seed", arguments.seed, "instead of the file's")->type_name("NUMBER");
    app.add_option("--duration", arguments.duration, "such as 10s; without it until a signal comes")->type_name("TIME");
    app.add_option("--spin", arguments.spin, "the end of a wait spent awake, to keep time")
        ->type_name("TIME")
        ->capture_default_str();
    app.add_flag("--check", arguments.only_check, "only read the file, and name every problem");
    CLI11_PARSE(app, argc, argv);
    return ropewalk::tests::lab::wanem::run(arguments);
}
