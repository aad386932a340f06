#include "control/cli/check.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <limits>

#include <fmt/format.h>

#include "config/schema/read.hpp"
#include "config/snapshot/build.hpp"
#include "control/kernel/mtu_look.hpp"
#include "control/kernel/routing_look.hpp"
#include "control/reload/configuration.hpp"

namespace ropewalk::control::cli {

using config::schema::Gateway;
using config::schema::Tunnel;

namespace {

std::string counted(std::size_t count, const char* word) {
    return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

std::string good_news(const std::string& file, const Gateway& gateway) {
    std::size_t paths = 0;
    std::uint16_t smallest = std::numeric_limits<std::uint16_t>::max();
    for (const Tunnel& tunnel : gateway.tunnels) {
        paths += tunnel.paths.size();
        smallest = std::min(smallest, config::snapshot::inner_mtu_of(gateway, tunnel));
    }
    std::string text = fmt::format("{}: ok: gateway {}, {}, {}", file, gateway.name,
                                   counted(gateway.tunnels.size(), "tunnel"), counted(paths, "path"));
    if (!gateway.tunnels.empty()) text += fmt::format(", inner MTU {}", smallest);
    return text;
}

int report(const reload::ProblemLines& problems) {
    for (const std::string& problem : problems) std::fprintf(stderr, "%s\n", problem.c_str());
    return 1;
}

/// The file is as good as it was: another machine, or this one tomorrow, may have other routes and interfaces.
void tell_of_this_machine(const std::string& file, const Gateway& gateway) {
    auto socket = kernel::NetlinkSocket::open();
    if (!socket) {
        std::fprintf(stderr, "%s: what it would meet here is not known: %s\n", file.c_str(),
                     socket.error().message.c_str());
        return;
    }
    for (const auto& finding : kernel::examine_routes(*socket, gateway))
        std::fprintf(stderr, "%s: on this machine: %s\n", file.c_str(), finding.text.c_str());
    for (const std::string& sentence : kernel::examine_mtus(*socket, gateway))
        std::fprintf(stderr, "%s: on this machine: %s\n", file.c_str(), sentence.c_str());
}

}  // namespace

int check(const std::string& file, KeyFiles key_files) {
    auto gateway = config::schema::read_gateway_file(file);
    if (!gateway) {
        reload::ProblemLines lines;
        for (const auto& problem : gateway.error()) lines.push_back(to_string(problem));
        return report(lines);
    }
    Gateway with_keys = *gateway;
    if (key_files == KeyFiles::when_there)
        std::erase_if(with_keys.tunnels,
                      [](const Tunnel& tunnel) { return ::access(tunnel.key_file.c_str(), R_OK) != 0; });
    if (const auto keys = reload::load_keys(with_keys, file); !keys) return report(keys.error());
    tell_of_this_machine(file, *gateway);
    std::printf("%s\n", good_news(file, *gateway).c_str());
    return 0;
}

}  // namespace ropewalk::control::cli
