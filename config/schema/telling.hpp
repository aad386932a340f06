#pragma once

#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "config/schema/endpoint.hpp"

namespace ropewalk::config::schema {

/// Numbers for machines, served by control.
struct Metrics {
    /// Where, by HTTP: the port is one of TCP. Absent: nowhere.
    std::optional<Endpoint> listen;
    auto operator<=>(const Metrics&) const = default;
};

/// What control does with events beside keeping them.
struct Events {
    /// A program by its absolute path, and its arguments: run for each event. Empty: none.
    std::vector<std::string> hook;
    auto operator<=>(const Events&) const = default;
};

}  // namespace ropewalk::config::schema
