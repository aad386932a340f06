#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "config/region/path_orders.hpp"
#include "control/paths/health_table.hpp"

namespace ropewalk::control::policy {

/// The order of each tunnel's paths, the best first: those that are well before those that are lossy or slow, these
/// before those that cost by the byte, all before those that are not up; among equals the one of less delay towards the
/// peer. A path passes another only when it is clearly faster, so that two that are about equal do not take turns.
/// Pure.
class PathRanks {
public:
    static constexpr std::uint64_t clearly_ns = 2'000'000;

    /// As the orders say that an earlier control left.
    void take_over(const std::map<std::uint32_t, config::region::PathOrder>& orders);

    void run(const std::vector<paths::HealthTable::Entry>& entries);

    /// 0 is the best.
    std::uint8_t of(std::uint32_t path_slot) const;

private:
    using Entry = paths::HealthTable::Entry;
    struct Place {
        std::uint32_t path_slot;
        unsigned grade;
        std::optional<std::uint64_t> delay_ns;  ///< empty: it keeps its place
    };
    /// By its grade, or by more than `by_ns` of delay.
    static bool is_better(const Place& one, const Place& other, std::uint64_t by_ns);

    void rank(std::span<const Entry> of_tunnel, std::map<std::uint32_t, std::uint8_t>& ranks) const;

    std::map<std::uint32_t, std::uint8_t> ranks_;  ///< by path slot
};

}  // namespace ropewalk::control::policy
