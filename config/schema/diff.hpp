#pragma once

#include <string>
#include <vector>

#include "config/schema/gateway.hpp"

namespace ropewalk::config::schema {

/// One changed key, and whether a running gateway takes it over without a restart.
struct Change {
    enum class Effect { hot, restart } effect = Effect::hot;
    std::string key;
    std::string before;
    std::string after;
};

/// Every difference between two valid configurations, in the order of the file. Pure; no I/O.
std::vector<Change> diff(const Gateway& before, const Gateway& after);

/// `loaded` with the values of `running` for every key that needs a restart.
Gateway held_back(const Gateway& running, Gateway loaded);
Tunnel held_back(const Tunnel& running, Tunnel loaded);

}  // namespace ropewalk::config::schema
