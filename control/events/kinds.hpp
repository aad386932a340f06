#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <variant>

#include "config/region/event_record.hpp"
#include "control/events/event.hpp"

/// The word of each kind of event, in the ring, as JSON and as a label of metrics. A kind without its word does not
/// compile.
namespace ropewalk::control::events {

#define ROPEWALK_KIND(Kind, word)                                  \
    constexpr std::string_view word_of(std::type_identity<Kind>) { \
        return word;                                               \
    }
ROPEWALK_KIND(TookOver, "took_over")
ROPEWALK_KIND(PreviousDamaged, "previous_damaged")
ROPEWALK_KIND(RestartNeeded, "restart_needed")
ROPEWALK_KIND(DataplaneAppeared, "dataplane_appeared")
ROPEWALK_KIND(DataplaneReplaced, "dataplane_replaced")
ROPEWALK_KIND(DataplaneGone, "dataplane_gone")
ROPEWALK_KIND(ConfigurationAdopted, "configuration_adopted")
ROPEWALK_KIND(WaitingAdopted, "waiting_adopted")
ROPEWALK_KIND(WaitingRefused, "waiting_refused")
ROPEWALK_KIND(GenerationPublished, "generation_published")
ROPEWALK_KIND(GenerationRefused, "generation_refused")
ROPEWALK_KIND(PublicationFailed, "publication_failed")
ROPEWALK_KIND(PeerAppeared, "peer_appeared")
ROPEWALK_KIND(PeerShardsLearnt, "peer_shards_learnt")
ROPEWALK_KIND(ReceivedPortsClosed, "received_ports_closed")
ROPEWALK_KIND(ShardsUneven, "shards_uneven")
ROPEWALK_KIND(NextHopFound, "next_hop_found")
ROPEWALK_KIND(PathTroubled, "path_troubled")
ROPEWALK_KIND(PathWell, "path_well")
ROPEWALK_KIND(PathDrained, "path_drained")
ROPEWALK_KIND(PathUsed, "path_used")
ROPEWALK_KIND(MeteredPathNeeded, "metered_path_needed")
ROPEWALK_KIND(MeteredPathIdle, "metered_path_idle")
ROPEWALK_KIND(PeerNumbersBehind, "peer_numbers_behind")
ROPEWALK_KIND(PeerNumbersGood, "peer_numbers_good")
ROPEWALK_KIND(InnerMtuChanged, "inner_mtu_changed")
ROPEWALK_KIND(PathTooNarrow, "path_too_narrow")
ROPEWALK_KIND(PathWideEnough, "path_wide_enough")
#undef ROPEWALK_KIND

template <class... Kinds>
constexpr auto words_of(std::type_identity<std::variant<Kinds...>>) {
    return std::array<std::string_view, sizeof...(Kinds)>{word_of(std::type_identity<Kinds>{})...};
}

/// By the index in Event::what.
inline constexpr auto kind_words = words_of(std::type_identity<decltype(Event::what)>{});

static_assert(std::ranges::all_of(kind_words, [](std::string_view word) {
    return word.size() < sizeof(config::region::EventRecord::kind) && std::ranges::count(kind_words, word) == 1;
}));

}  // namespace ropewalk::control::events
