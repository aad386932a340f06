#pragma once

#include <optional>

#include "tests/lab/wanem/drop_cause.hpp"
#include "tests/lab/wanem/link_settings.hpp"
#include "tests/lab/wanem/random_stream.hpp"

namespace ropewalk::tests::lab::wanem {

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

}  // namespace ropewalk::tests::lab::wanem
