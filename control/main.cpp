#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>

#include "config/kept_memory.hpp"
#include "config/region/file_descriptor.hpp"
#include "control/gateway_control.hpp"

namespace ropewalk::control {
namespace {

using config::region::FileDescriptor;

/// Signals come as reads of a descriptor, so that nothing happens between two lines of a callback.
FileDescriptor take_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, number);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    return FileDescriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

FileDescriptor make_ticker() {
    FileDescriptor timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    const itimerspec interval{{0, GatewayControl::tick_ns}, {0, GatewayControl::tick_ns}};
    ::timerfd_settime(timer.number(), 0, &interval, nullptr);
    return timer;
}

void on_signal(const FileDescriptor& signals, GatewayControl& control) {
    signalfd_siginfo signal{};
    while (::read(signals.number(), &signal, sizeof signal) == sizeof signal) {
        if (signal.ssi_signo == SIGHUP)
            control.reload(0);
        else
            control.stop();
    }
}

void run(GatewayControl& control, const FileDescriptor& signals) {
    const FileDescriptor ticker = make_ticker();
    control.loop().watch(signals.number(), EPOLLIN, [&](std::uint32_t) { on_signal(signals, control); });
    control.loop().watch(ticker.number(), EPOLLIN, [&](std::uint32_t) {
        std::uint64_t ticks = 0;
        if (::read(ticker.number(), &ticks, sizeof ticks) == sizeof ticks) control.tick();
    });
    control.run();
}

int control_gateway(const std::string& file) {
    if (::geteuid() != 0) {
        std::fputs("ropewalk-control must run as root (it sets addresses and routes): sudo ropewalk-control ...\n",
                   stderr);
        return 1;
    }
    for (const std::string& problem : config::keep_memory_from_disks()) spdlog::warn("{}", problem);
    auto configuration = reload::load_configuration(file);
    if (!configuration) {
        for (const std::string& problem : configuration.error()) std::fprintf(stderr, "%s\n", problem.c_str());
        return 1;
    }
    const FileDescriptor signals = take_signals();
    const auto control = GatewayControl::start(file, std::move(*configuration));
    if (!control) {
        spdlog::error("{}", control.error().message);
        return 1;
    }
    run(**control, signals);
    (*control)->leave();
    return 0;
}

}  // namespace
}  // namespace ropewalk::control

int main(int argc, char** argv) {
    CLI::App app{
        "The configuring process of a Ropewalk gateway: reads its YAML and keys, finds next hops, sets up the "
        "inside interface, and hands all to ropewalk-dataplane, which may be started before or after it. SIGHUP "
        "reads the file again."};
    std::string file;
    app.add_option("--config", file, "the gateway's YAML file")->required()->type_name("FILE");
    CLI11_PARSE(app, argc, argv);

    auto log = spdlog::stderr_logger_mt("control");
    log->set_pattern("%Y-%m-%dT%H:%M:%S.%e ropewalk-control %l: %v");
    spdlog::set_default_logger(log);
    return ropewalk::control::control_gateway(file);
}
