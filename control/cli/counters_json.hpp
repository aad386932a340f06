#pragma once

#include <nlohmann/json.hpp>

#include "control/cli/totals.hpp"

namespace ropewalk::control::cli {

/// Adds the sum of each counter by its name.
template <class Counters, class Totals, std::size_t n>
void add_counters(nlohmann::ordered_json& json, const std::array<CounterRow<Counters, Totals>, n>& rows,
                  const Totals& totals) {
    for (const auto& row : rows) json[std::string(row.name)] = totals.*row.total;
}

}  // namespace ropewalk::control::cli
