#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "tests/lab/wanem/drop_cause.hpp"
#include "tests/lab/wanem/link_settings.hpp"

namespace ropewalk::tests::lab::wanem {

/// The narrowest place of a line: frames leave one behind the other at its rate, and wait or are dropped before it.
/// Pure: time is passed in, and must not run backwards.
class Bottleneck {
public:
    /// Most that ever waited at once, the frame being sent included.
    struct HighWater {
        std::uint64_t frames = 0;
        std::uint64_t bytes = 0;
        Duration wait{};  ///< until the last bit of the last of them has left
    };

    /// When the last bit of the frame leaves, or why it does not. Frames accepted earlier keep their time when the rate
    /// changes.
    std::optional<Duration> accept(Duration now, std::uint32_t frame_bytes, const LinkSettings& settings);

    /// What waits now.
    std::uint64_t waiting_bytes(Duration now);
    const HighWater& high_water() const { return high_water_; }

private:
    struct Waiting {
        Duration leaves;
        std::uint32_t bytes;
    };

    void forget_what_left(Duration now);
    bool has_room(Duration now, std::uint32_t frame_bytes, const LinkSettings::QueueLimit& limit) const;
    bool takes_tokens(Duration now, std::uint32_t frame_bytes, BitsPerSecond rate, Bytes bucket);
    void note_high_water(Duration now);

    Duration busy_until_{};
    /// What the division of bits by the rate left over, in bits x 10^9: without it a rate would be off by its rounding.
    std::uint64_t remainder_ = 0;
    std::deque<Waiting> waiting_;
    std::uint64_t waiting_bytes_ = 0;
    HighWater high_water_;

    unsigned __int128 tokens_ = 0;  ///< in bits x 10^9
    std::optional<Duration> tokens_at_;
};

}  // namespace ropewalk::tests::lab::wanem
