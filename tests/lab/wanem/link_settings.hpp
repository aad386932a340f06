#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "config/schema/units.hpp"
#include "tests/lab/wanem/probability.hpp"

namespace ropewalk::tests::lab::wanem {

using config::schema::BitsPerSecond;
using config::schema::Bytes;
using config::schema::Duration;

/// Losses that come in bursts: a line that is good or bad and may change with every frame (Gilbert 1960, Elliott 1963).
struct BurstLoss {
    Probability enter{};  ///< good to bad
    Probability leave{};  ///< bad to good; the mean burst is 1 / leave frames long
    Probability in_good{};
    Probability in_bad{Probability::certain};
    bool operator==(const BurstLoss&) const = default;
};

/// What one direction of a line does to frames. The default does nothing to them.
struct LinkSettings {
    enum class State : std::uint8_t { up, down };
    enum class Order : std::uint8_t { keep, reorder };
    /// What becomes of a checksum over damaged bytes: as it came, or made right so that a kernel delivers the damage.
    enum class DamagedChecksum : std::uint8_t { stale, fixed };
    /// What a sender is told about a packet that did not fit.
    enum class TooBigAnswer : std::uint8_t { icmp, silence };

    /// How much may wait for the bottleneck: a time, or bytes.
    using QueueLimit = std::variant<Duration, Bytes>;
    static constexpr Duration default_queue = std::chrono::milliseconds(100);

    State link = State::up;
    std::optional<BitsPerSecond> rate{};  ///< of whole Ethernet frames, without preamble and FCS; none: no bottleneck
    QueueLimit queue = default_queue;
    /// A bucket of this size instead of a queue: what exceeds the rate is dropped at once.
    std::optional<Bytes> policer{};
    Duration delay{};
    Duration jitter{};       ///< most that is added to the delay, evenly distributed from 0
    Duration jitter_hold{};  ///< how long one draw of the jitter holds; 0: each frame has its own
    Order order = Order::keep;
    Probability loss{};
    std::optional<BurstLoss> burst_loss{};
    Probability duplicate{};
    Probability corrupt{};
    DamagedChecksum corrupt_checksum = DamagedChecksum::stale;
    std::optional<Bytes> mtu{};  ///< of the IP packet
    TooBigAnswer too_big = TooBigAnswer::icmp;
};

}  // namespace ropewalk::tests::lab::wanem
