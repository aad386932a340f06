#pragma once

#include "config/schema/words.hpp"
#include "perf/wan/link_settings.hpp"

namespace ropewalk::config::schema {

template <>
inline constexpr auto words<perf::wan::LinkSettings::State> = std::to_array<Word<perf::wan::LinkSettings::State>>(
    {{"up", perf::wan::LinkSettings::State::up}, {"down", perf::wan::LinkSettings::State::down}});
template <>
inline constexpr auto words<perf::wan::LinkSettings::Order> = std::to_array<Word<perf::wan::LinkSettings::Order>>(
    {{"keep", perf::wan::LinkSettings::Order::keep}, {"reorder", perf::wan::LinkSettings::Order::reorder}});
template <>
inline constexpr auto words<perf::wan::LinkSettings::DamagedChecksum> =
    std::to_array<Word<perf::wan::LinkSettings::DamagedChecksum>>(
        {{"stale", perf::wan::LinkSettings::DamagedChecksum::stale},
         {"fixed", perf::wan::LinkSettings::DamagedChecksum::fixed}});
template <>
inline constexpr auto words<perf::wan::LinkSettings::TooBigAnswer> =
    std::to_array<Word<perf::wan::LinkSettings::TooBigAnswer>>({{"icmp", perf::wan::LinkSettings::TooBigAnswer::icmp},
                                                                {"silence",
                                                                 perf::wan::LinkSettings::TooBigAnswer::silence}});

}  // namespace ropewalk::config::schema
