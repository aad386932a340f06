#include "control/reload/configuration.hpp"

#include <fmt/format.h>

#include "config/schema/read.hpp"
#include "control/keys/derive.hpp"
#include "control/keys/key_file.hpp"

namespace ropewalk::control::reload {

using config::schema::Gateway;
using config::schema::Tunnel;
using config::snapshot::TunnelKeys;

namespace {

Result<TunnelKeys> load_tunnel_keys(const Gateway& gateway, const Tunnel& tunnel) {
    const auto key = keys::read_key_file(tunnel.key_file);
    if (!key) return tl::make_unexpected(key.error());
    return keys::derive_tunnel_keys(*key, gateway.name, tunnel);
}

}  // namespace

tl::expected<std::map<std::string, TunnelKeys>, ProblemLines> load_keys(const Gateway& gateway,
                                                                        const std::string& file) {
    std::map<std::string, TunnelKeys> keys;
    std::map<std::uint64_t, std::string> users;
    ProblemLines problems;
    for (const Tunnel& tunnel : gateway.tunnels) {
        const auto loaded = load_tunnel_keys(gateway, tunnel);
        if (!loaded) {
            problems.push_back(fmt::format("{}: tunnels.{}.key_file: {}", file, tunnel.name, loaded.error().message));
            continue;
        }
        const auto [user, is_first] = users.emplace(loaded->tx_key_id, tunnel.name);
        if (!is_first)
            problems.push_back(
                fmt::format("{}: tunnels.{}.key_file: it yields the same keys as tunnels.{}; each tunnel "
                            "needs a key of its own (ropewalk genkey)",
                            file, tunnel.name, user->second));
        keys.emplace(tunnel.name, *loaded);
    }
    if (!problems.empty()) return tl::make_unexpected(std::move(problems));
    return keys;
}

tl::expected<Configuration, ProblemLines> load_configuration(const std::string& file) {
    auto gateway = config::schema::read_gateway_file(file);
    if (!gateway) {
        ProblemLines lines;
        for (const auto& problem : gateway.error()) lines.push_back(to_string(problem));
        return tl::make_unexpected(std::move(lines));
    }
    auto keys = load_keys(*gateway, file);
    if (!keys) return tl::make_unexpected(std::move(keys.error()));
    return Configuration{std::move(*gateway), std::move(*keys)};
}

}  // namespace ropewalk::control::reload
