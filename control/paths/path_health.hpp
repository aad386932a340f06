#pragma once

#include <cstdint>
#include <optional>

#include "config/region/probe_sight.hpp"
#include "control/paths/duty.hpp"
#include "control/paths/health_reason.hpp"
#include "control/paths/path_state.hpp"

namespace ropewalk::control::paths {

/// Whether something could be sent on a path at all.
enum class Way : std::uint8_t { open, closed };

/// What the peer of a tunnel does for its paths' health. `hellos`: it is of a release without probes.
enum class PeerHabit : std::uint8_t { unknown, hellos, probes };

/// What is known of one path in one turn. Times are CLOCK_MONOTONIC.
struct PathEvidence {
    Way way = Way::open;
    PeerHabit peer = PeerHabit::unknown;
    std::uint64_t seen_ns = 0;   ///< up to when something can have been heard; 0: nobody listens
    std::uint64_t heard_ns = 0;  ///< of the newest authenticated copy; 0: none yet
    config::region::ProbeSight probe;
    std::uint64_t interval_ns = 0;  ///< of our probes
    Duty duty = Duty::carries;
    /// At which the peer may send its probes, though what it said of that was lost.
    std::uint64_t slowest_of_peer_ns = 0;
    std::uint64_t rx_jitter_ns = 0, tx_jitter_ns = 0, round_trip_ns = 0;
    std::optional<double> rx_loss, tx_loss;              ///< over the last second, as a share
    std::uint64_t rx_delay_ns = 0, tx_delay_ns = 0;      ///< behind the fastest path of the tunnel
    std::uint64_t rx_marks_lost = 0, tx_marks_lost = 0;  ///< bit d: what is marked DSCP d does not arrive
};

/// Beyond them a path is lossy or slow, until it is below half of them for a while.
struct HealthLimits {
    double loss = 0.15;
    std::uint64_t delay_ns = 200'000'000;
};

/// The state of one path: suspect after one probe that did not come, in either direction, down after three, or after as
/// many as its loss does not explain; up again after ten that did and a hold-down, which doubles with each time it went
/// down. A path that could not be used, by its port or next hop, proves itself with the first answered probe. Pure.
class PathHealth {
public:
    static constexpr std::uint64_t good_probes = 10, fewest_misses = 3, most_misses = 20;
    static constexpr std::uint64_t first_hold_down_ns = 1'000'000'000, longest_hold_down_ns = 60'000'000'000,
                                   flaps_forgotten_ns = 600'000'000'000;
    /// Longest time without a word of a peer that sends hellos only: some intervals between them.
    static constexpr std::uint64_t hello_silence_ns = 1'500'000'000;
    /// A path gets this long to be heard, and answered, for the first time.
    static constexpr std::uint64_t first_word_ns = 10'000'000'000;
    /// A path that is lossy or slow is up again when it was better for so long.
    static constexpr std::uint64_t recovery_ns = 3'000'000'000;

    /// How an earlier control left it.
    void take_over(const config::region::PathHealth& left);

    /// To be called in every turn. True when the state is another one.
    bool judge(const PathEvidence& seen, const HealthLimits& limits, std::uint64_t now_ns);

    PathState state() const { return state_; }
    std::uint64_t since_ns() const { return since_ns_; }
    const HealthReason& reason() const { return reason_; }
    /// Times that it went down without a known cause since it was calm.
    unsigned flaps() const { return flaps_; }
    std::uint64_t hold_down_until_ns() const { return hold_down_until_ns_; }

private:
    /// What did not come, and since when.
    struct Misses {
        enum class Count : std::uint8_t { none, some, all } count = Count::none;
        HealthReason reason;
    };
    static Misses misses_of(const PathEvidence& seen);
    static Misses hello_misses_of(const PathEvidence& seen);
    static bool is_answered(const PathEvidence& seen);

    void follow_probes(const PathEvidence& seen);
    PathState next(const PathEvidence& seen, const HealthLimits& limits, std::uint64_t now_ns);
    PathState when_closed(std::uint64_t now_ns);
    PathState while_unproved(const PathEvidence& seen, const Misses& misses, std::uint64_t now_ns);
    PathState while_down(const PathEvidence& seen, const Misses& misses, const HealthLimits& limits,
                         std::uint64_t now_ns);
    PathState go_down(const Misses& misses, std::uint64_t now_ns);
    PathState quality(const PathEvidence& seen, const HealthLimits& limits, std::uint64_t now_ns);
    PathState judged_quality(const PathEvidence& seen, const HealthLimits& limits, std::uint64_t now_ns);

    PathState state_ = PathState::unknown;
    PathState quality_ = PathState::up;  ///< up, lossy or slow, whatever is missing just now
    std::uint64_t since_ns_ = 0;
    HealthReason reason_;
    bool has_proved_itself_ = false;  ///< since it could be used
    std::uint64_t listening_since_ns_ = 0;
    unsigned flaps_ = 0;
    std::uint64_t went_down_ns_ = 0, hold_down_until_ns_ = 0;
    std::uint64_t good_since_ns_ = 0;  ///< 0: what is due does not come
    std::uint32_t good_from_number_ = 0, last_number_ = 0;
    std::uint64_t last_answered_ns_ = 0;
    bool is_gapless_ = false;     ///< since it went down no probe is missing, neither of the peer's nor of ours
    std::uint64_t worse_ns_ = 0;  ///< when it was last seen lossy or slow
};

}  // namespace ropewalk::control::paths
