#pragma once

#include <cstdint>
#include <optional>

#include "tests/lab/wanem/bottleneck.hpp"
#include "tests/lab/wanem/drop_cause.hpp"
#include "tests/lab/wanem/link_settings.hpp"
#include "tests/lab/wanem/loss_model.hpp"
#include "tests/lab/wanem/random_stream.hpp"

namespace ropewalk::tests::lab::wanem {

/// What becomes of one frame.
struct Crossing {
    std::optional<DropCause> dropped{};
    /// When the frame comes out, unless it was dropped.
    Duration departure{};
    /// When a second copy of it comes out.
    std::optional<Duration> copy_departure{};
    /// A random number that says which bit to flip, when the frame and its copy are to be damaged.
    std::optional<std::uint64_t> damage;
};

/// One direction of a line: link state, MTU, bottleneck, loss, damage, duplication, delay and jitter, in this order. So
/// a lost frame has taken its time at the bottleneck, as on a radio link, and a duplicate takes none.
///
/// Pure: no clock, no sockets, no bytes. Times count from any zero and must not run backwards. Random draws are made
/// for every frame offered, be it dropped or not, so the n-th frame's loss, damage and duplication depend on seed,
/// settings and n alone, not on how fast the machine was.
class LinkModel {
public:
    LinkModel(const LinkSettings& settings, std::uint64_t seed);

    const LinkSettings& settings() const { return settings_; }
    /// Holds for frames offered from now on; those underway keep their times.
    void change(const LinkSettings& settings) { settings_ = settings; }

    /// `frame_bytes` with the Ethernet header (14 bytes), without FCS.
    Crossing offer(Duration now, std::uint32_t frame_bytes);

    /// Bytes that wait for the bottleneck.
    std::uint64_t waiting_bytes(Duration now) { return bottleneck_.waiting_bytes(now); }
    const Bottleneck::HighWater& high_water() const { return bottleneck_.high_water(); }

    static constexpr std::uint32_t ethernet_header = 14;

private:
    Duration jitter_of(Duration now, RandomStream& stream) const;
    Duration departure_of(Duration left_bottleneck, Duration jitter);

    LinkSettings settings_;
    Bottleneck bottleneck_;
    LossModel loss_;
    RandomStream damage_, duplicate_, jitter_, copy_jitter_;
    const RandomStream held_jitter_;  ///< read by place, never drawn from
    Duration last_departure_{};
};

}  // namespace ropewalk::tests::lab::wanem
