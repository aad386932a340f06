#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>

#include "dataplane/gateway.hpp"

int main(int argc, char** argv) {
    CLI::App app{
        "The packet forwarding process of a Ropewalk gateway. It takes its whole configuration from "
        "ropewalk-control, which may be started before or after it."};
    std::string name;
    app.add_option("gateway", name, "name of the gateway, as in the YAML of ropewalk-control")->required();
    CLI11_PARSE(app, argc, argv);

    auto log = spdlog::stderr_logger_mt("dataplane");
    log->set_pattern("%Y-%m-%dT%H:%M:%S.%e ropewalk-dataplane %l: %v");
    spdlog::set_default_logger(log);

    using ropewalk::dataplane::Ending;
    const auto ending = ropewalk::dataplane::run_gateway(name);
    if (!ending) {
        spdlog::error("{}", ending.error().message);
        return 1;
    }
    if (*ending == Ending::stopped) return 0;
    ::execv("/proc/self/exe", argv);
    spdlog::error("cannot begin again: {}; start this program once more", std::strerror(errno));
    return 1;
}
