#pragma once

#include <cstdint>

#include "config/region/region.hpp"
#include "config/snapshot/build.hpp"
#include "control/effects.hpp"
#include "control/facts.hpp"

namespace ropewalk::control {

/// Control's hands on the shared memory: reads facts from it and carries effects out in it. The program and the
/// simulator both use it.
class RegionExchange {
public:
    /// `region` must outlive it.
    explicit RegionExchange(config::region::Region& region) : region_(region) {}

    /// What an earlier control left; asked once, before the first look().
    Legacy legacy() const;

    /// Beats the heart, and takes what the dataplane wrote and sent, of the slots in `resolved`; of workers'
    /// cells those of paths each time, the others once in a while.
    Facts look(std::uint64_t now_ns, publication::Liveness dataplane, const config::snapshot::Resolved& resolved);

    /// Orders, snapshot, superseded slots and messages of a turn, in this order.
    void apply(const Effects& effects);

    /// Wipes all keys from the shared memory: when control ends and no dataplane needs them.
    void forget_keys();

private:
    void look_at_paths(std::uint64_t now_ns, const config::snapshot::Resolved& resolved, Facts& facts);
    void look_at_cells(std::uint64_t now_ns, const config::snapshot::Resolved& resolved, Facts& facts) const;

    config::region::Region& region_;
    std::uint64_t cells_due_ns_ = 0, copies_due_ns_ = 0;
};

}  // namespace ropewalk::control
