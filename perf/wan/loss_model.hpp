#pragma once

#include <optional>

#include "perf/wan/drop_cause.hpp"
#include "perf/wan/link_settings.hpp"
#include "perf/wan/random_stream.hpp"

namespace ropewalk::perf::wan {

/// Which frames a line loses. Pure; the n-th frame's fate depends on the seed, the settings and n alone.
class LossModel {
public:
    explicit LossModel(std::uint64_t seed) : independent_(seed, 'l'), burst_(seed, 'b') {}

    std::optional<DropCause> fate(const LinkSettings& settings);

private:
    bool burst_takes(const std::optional<BurstLoss>& burst);

    RandomStream independent_, burst_;
    bool is_bad_ = false;
};

}  // namespace ropewalk::perf::wan
