#pragma once

#include <bit>
#include <cstdint>

#include "config/codes.hpp"
#include "config/region/records.hpp"
#include "dataplane/tunnel/live_paths.hpp"

namespace ropewalk::dataplane::tunnel {

/// How the packets of one class choose their paths; sets of paths have bit i for the tunnel's i-th path. Modes are told
/// apart here and nowhere else.
class PathChoice {
public:
    explicit PathChoice(const config::region::ClassRecord& record)
        : allowed_(record.path_mask),
          copies_(record.copies),
          asks_(record.mode == config::Mode::backup                                            ? Asks::for_the_preferred
                : record.mode == config::Mode::best || record.copies < std::popcount(allowed_) ? Asks::for_the_best
                                                                                               : Asks::for_all) {
        for (std::size_t i = 0; i < preferred_.size(); ++i)
            preferred_[i] = static_cast<std::uint8_t>(record.preference >> 4 * i & 0xf);
    }
    /// Every path of so many carries a copy.
    explicit PathChoice(std::size_t paths)
        : allowed_((1U << paths) - 1), copies_(static_cast<std::uint8_t>(paths)), asks_(Asks::for_all) {}

    /// Whether it needs LivePaths::by_rank.
    bool asks_for_the_best() const { return asks_ == Asks::for_the_best; }

    /// The paths of a packet under these orders; none when the class has none that anything can be sent on. Reserved
    /// ones are taken where no other is fit, drained ones where no other is left.
    std::uint32_t of(const LivePaths& live) const {
        if ((allowed_ & live.carrying) == 0) [[unlikely]]
            return allowed_ & live.reachable;
        switch (asks_) {
            case Asks::for_all:
                return live.unreserved(allowed_) & live.carrying;
            case Asks::for_the_best:
                return first_fit(live.by_rank, live.unreserved(allowed_), live);
            case Asks::for_the_preferred:
                return first_fit(preferred_, allowed_, live);
        }
        return 0;
    }

private:
    enum class Asks : std::uint8_t { for_all, for_the_best, for_the_preferred };

    /// The first of `usable` that are fit, and suspects in front of these: what a dying path carries goes by others,
    /// too. While none is fit, all are tried.
    std::uint32_t first_fit(const LivePaths::Indices& in_order, std::uint32_t usable, const LivePaths& live) const {
        if ((usable & live.fit) == 0) [[unlikely]]
            return usable & live.carrying;
        std::uint32_t chosen = 0;
        std::uint8_t missing = copies_;
        for (const std::uint8_t index : in_order) {
            const std::uint32_t path = 1U << index & usable & ~chosen;
            chosen |= path & (live.fit | live.suspect);
            if ((path & live.fit) != 0 && --missing == 0) break;
        }
        return chosen;
    }

    std::uint32_t allowed_;
    LivePaths::Indices preferred_{};
    std::uint8_t copies_;
    Asks asks_;
};

}  // namespace ropewalk::dataplane::tunnel
