#pragma once

#include "config/words.hpp"
#include "tests/lab/wanem/link_settings.hpp"

namespace ropewalk::config {

template <>
inline constexpr auto words<tests::lab::wanem::LinkSettings::State> =
    std::to_array<Word<tests::lab::wanem::LinkSettings::State>>(
        {{"up", tests::lab::wanem::LinkSettings::State::up}, {"down", tests::lab::wanem::LinkSettings::State::down}});
template <>
inline constexpr auto words<tests::lab::wanem::LinkSettings::Order> =
    std::to_array<Word<tests::lab::wanem::LinkSettings::Order>>({{"keep", tests::lab::wanem::LinkSettings::Order::keep},
                                                                 {"reorder",
                                                                  tests::lab::wanem::LinkSettings::Order::reorder}});
template <>
inline constexpr auto words<tests::lab::wanem::LinkSettings::DamagedChecksum> =
    std::to_array<Word<tests::lab::wanem::LinkSettings::DamagedChecksum>>(
        {{"stale", tests::lab::wanem::LinkSettings::DamagedChecksum::stale},
         {"fixed", tests::lab::wanem::LinkSettings::DamagedChecksum::fixed}});
template <>
inline constexpr auto words<tests::lab::wanem::LinkSettings::TooBigAnswer> =
    std::to_array<Word<tests::lab::wanem::LinkSettings::TooBigAnswer>>(
        {{"icmp", tests::lab::wanem::LinkSettings::TooBigAnswer::icmp},
         {"silence", tests::lab::wanem::LinkSettings::TooBigAnswer::silence}});

}  // namespace ropewalk::config
