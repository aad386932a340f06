#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"

namespace ropewalk::control::metrics {

/// What is exported of a configuration: whose cells are whose, by the labels of their samples.
struct Exported {
    struct Item {
        std::string labels;
        std::uint32_t slot;
    };

    std::string gateway;                                 ///< its label
    std::vector<Item> wan_ports, ports, tunnels, paths;  ///< `ports`: the inside's as well
};

/// Pure.
Exported exported_of(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved);

}  // namespace ropewalk::control::metrics
