#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

namespace ropewalk::control::paths {

/// The states of RFC 8899 section 5.2. `disabled`: nobody answers probes, or they are switched off; `error`: the path
/// carries less than the base.
enum class MtuState : std::uint8_t { disabled, base, searching, complete, error };
std::string_view word_of(MtuState state);

/// Whether users' packets go by a path now.
enum class Traffic : std::uint8_t { idle, flows };

/// Searches for the largest outer packet that one path carries to the peer, by probes of that size (RFC 8899). A size
/// is refused only when so many probes of it are lost, while small ones of the same time come through, that chance does
/// not explain it. Pure.
class MtuSearch {
public:
    /// A size that is found is asked for again this often: a path that shrinks is a black hole until then.
    static constexpr std::uint64_t check_interval_ns = 1'000'000'000;
    static constexpr std::uint64_t idle_check_interval_ns = 30'000'000'000;
    /// Whether more is carried again is asked this long after a path shrank, then ever later, and at last this seldom
    /// (PMTU_RAISE_TIMER). A path that shrinks again and again is asked later, too, until it has been calm for as long.
    static constexpr std::uint64_t first_raise_ns = 2'000'000'000, longest_raise_ns = 600'000'000'000;
    /// Tries follow each other this fast once the first one is lost.
    static constexpr std::uint64_t round_interval_ns = 50'000'000;
    static constexpr unsigned fewest_tries = 10, most_rounds = 60;
    /// How near the largest size is found.
    static constexpr std::uint16_t resolution_bytes = 8;
    static constexpr std::size_t probes_of_a_round = 3;

    /// Sizes of outer packets, in bytes.
    struct Bounds {
        std::uint16_t smallest_bytes = 0;  ///< of a probe without padding; sizes are this and multiples of 4
        std::uint16_t base_bytes = 0;      ///< what a path is taken to carry once the ceiling is refused
        std::uint16_t ceiling_bytes = 0;   ///< what configuration and kernel allow; tried first
        bool operator==(const Bounds&) const = default;
    };
    struct Probe {
        std::uint32_t number = 0;
        std::uint16_t outer_bytes = 0;
        bool operator==(const Probe&) const = default;
    };
    enum class Taken : std::uint8_t { answer, late, absurd };

    /// Probes are numbered from `first_number` on; lower numbers are an earlier control's.
    explicit MtuSearch(std::uint32_t first_number) : next_number_(first_number) {}

    /// Between which sizes to search from now on; nothing: not at all, and what was found is forgotten.
    void follow(std::optional<Bounds> bounds, std::uint64_t now_ns);

    /// Takes the peer's answer. `late`: to a probe that was answered, or is forgotten; `absurd`: to none that was sent.
    Taken take(const Probe& answered, std::uint64_t now_ns);

    /// Adds the probes that are due; none when fewer than probes_of_a_round may be sent.
    void run(std::uint64_t now_ns, Traffic traffic, std::size_t most, std::vector<Probe>& out);

    MtuState state() const;
    /// The largest size that was answered, in bytes; 0: none yet.
    std::uint16_t carried_bytes() const { return carried_bytes_; }
    /// What the path carries, where that is less than the ceiling; 0: nothing less is known.
    std::uint16_t limit_bytes() const;

private:
    struct Sent {
        Probe probe;
        std::uint64_t sent_ns = 0;
        bool is_answered = false;
    };
    /// One size being asked for.
    struct Trial {
        std::uint16_t size_bytes = 0;
        std::uint32_t first_number = 0;
        std::uint16_t best_bytes = 0;  ///< the largest answered below it
        unsigned rounds = 0;
        std::uint64_t next_ns = 0;
        std::size_t companion = 0;  ///< the next of the common sizes
    };
    struct Tally {
        unsigned lost = 0, small_lost = 0, small_answered = 0;
    };

    std::uint16_t aligned(unsigned size_bytes) const;
    /// The next size of a search that is not complete; 0: it is.
    std::uint16_t next_size() const;
    std::uint64_t timeout_ns() const;
    void begin_trial(std::uint64_t now_ns, Traffic traffic);
    void send_round(std::uint64_t now_ns, std::vector<Probe>& out);
    void send(std::uint16_t outer_bytes, std::uint64_t now_ns, std::vector<Probe>& out);
    /// A common size below the one on trial, that nothing is known of; 0: there is none.
    std::uint16_t next_companion();
    Tally tally(std::uint64_t now_ns) const;
    void pass(std::uint16_t outer_bytes, std::uint64_t now_ns);
    void note_shrink(std::uint64_t now_ns);
    void refuse(std::uint64_t now_ns);
    void give_up(std::uint64_t now_ns);

    std::optional<Bounds> bounds_;
    std::uint16_t carried_bytes_ = 0;
    std::uint16_t refused_bytes_ = 0;  ///< the smallest size that is not carried; 0: none
    std::optional<Trial> trial_;
    std::deque<Sent> sent_;  ///< in order
    std::uint32_t next_number_;
    std::uint64_t round_trip_ns_ = 200'000'000;  ///< until one is measured
    std::uint64_t checked_ns_ = 0;               ///< when a size that is carried was last asked for
    std::uint64_t raise_ns_ = 0, raise_wait_ns_ = first_raise_ns;
    std::uint64_t shrunk_ns_ = 0;  ///< the last time
    unsigned shrinks_ = 0;         ///< with no calm between them
    std::uint64_t retry_ns_ = 0;   ///< no trial begins sooner
    unsigned silent_trials_ = 0;   ///< one after the other, in which nothing at all was answered
};

}  // namespace ropewalk::control::paths
