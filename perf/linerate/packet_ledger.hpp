#pragma once

#include <cstdint>
#include <optional>

#include "perf/linerate/gateway_counts.hpp"
#include "perf/linerate/ledger.hpp"
#include "perf/linerate/stream.hpp"

namespace ropewalk::perf::linerate {

/// What the two outer ports counted in one trial, added up.
struct OuterCounts {
    std::uint64_t sent = 0, received = 0;
    std::uint64_t missed = 0;     ///< arrived, but the receive queue was full
    std::uint64_t damaged = 0;    ///< arrived with errors
    std::uint64_t no_buffer = 0;  ///< arrived, but there was no buffer for it

    OuterCounts operator-(const OuterCounts& before) const {
        return {sent - before.sent, received - before.received, missed - before.missed, damaged - before.damaged,
                no_buffer - before.no_buffer};
    }
};

/// Every packet of a trial from the generator through gateways to the sink. `copies` is how many a gateway sends of
/// each.
Ledger ledger_through_gateways(const StreamCounts& stream, const GatewayCounts& gateways, std::uint16_t copies);

/// Between generator and sink there is a cable only.
Ledger ledger_of_cable(const StreamCounts& stream);

/// Between generator and sink there is a device whose counters are not ours: what it lost is what left our port and
/// did not come back.
Ledger ledger_around_device(const StreamCounts& stream, const OuterCounts& ports);

}  // namespace ropewalk::perf::linerate
