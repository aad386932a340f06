#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "tests/lab/wanem/held_frames.hpp"
#include "tests/lab/wanem/late_by.hpp"
#include "tests/lab/wanem/link_model.hpp"
#include "tests/lab/wanem/tally.hpp"

namespace ropewalk::tests::lab::wanem {

/// One direction of a line with the frames that are on it. Pure, as LinkModel is.
class Direction {
public:
    Direction(const LinkSettings& settings, std::uint64_t seed) : model_(settings, seed) {}

    const LinkSettings& settings() const { return model_.settings(); }
    void change(const LinkSettings& settings) { model_.change(settings); }

    /// Lets a frame in. `translate` may rewrite it once it has passed the line, and says false to drop it for want of a
    /// NAT mapping. Returns why it was dropped.
    template <class Translate>
    std::optional<DropCause> take(Duration now, std::span<std::uint8_t> frame, Translate translate) {
        tally_.in.add(frame.size());
        const std::optional<DropCause> dropped = carry(now, frame, translate);
        if (dropped) tally_.drop(*dropped);
        return dropped;
    }

    HeldFrames& held() { return held_; }
    const HeldFrames& held() const { return held_; }
    Tally& tally() { return tally_; }
    const Tally& tally() const { return tally_; }
    LateBy& late_by() { return late_by_; }
    const LateBy& late_by() const { return late_by_; }
    const Bottleneck::HighWater& high_water() const { return model_.high_water(); }

private:
    template <class Translate>
    std::optional<DropCause> carry(Duration now, std::span<std::uint8_t> frame, Translate translate) {
        if (is_neighbour_talk(frame)) return carry_neighbour_talk(now, frame);
        const Crossing crossing = model_.offer(now, static_cast<std::uint32_t>(frame.size()));
        if (crossing.dropped) return crossing.dropped;
        if (!translate(frame)) return DropCause::nat_unknown;
        return hold(crossing, frame);
    }

    static bool is_neighbour_talk(std::span<const std::uint8_t> frame);
    std::optional<DropCause> carry_neighbour_talk(Duration now, std::span<const std::uint8_t> frame);
    std::optional<DropCause> hold(const Crossing& crossing, std::span<std::uint8_t> frame);

    LinkModel model_;
    HeldFrames held_;
    Tally tally_;
    LateBy late_by_;
};

}  // namespace ropewalk::tests::lab::wanem
