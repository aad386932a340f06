#pragma once

#include <cstdint>

#include "config/codes.hpp"

namespace ropewalk::dataplane::tunnel {

/// How the packets of one class choose their paths; sets of paths have bit i for the tunnel's i-th path. Modes are told
/// apart here and nowhere else.
class PathChoice {
public:
    PathChoice(config::Mode mode, std::uint32_t allowed, std::uint8_t copies)
        : allowed_(allowed), preferred_(first_of(allowed, copies)), mode_(mode), copies_(copies) {}

    /// The paths of a packet while these are `usable`; none when the class has none of them.
    std::uint32_t of(std::uint32_t usable) const {
        switch (mode_) {
            case config::Mode::duplicate:
                return duplicate(usable);
        }
        return 0;
    }

private:
    /// The first `copies` of those that are usable, in the order of the configuration.
    std::uint32_t duplicate(std::uint32_t usable) const {
        // While none of those it prefers is missing, there is nothing to look for.
        if ((preferred_ & ~usable) == 0) [[likely]]
            return preferred_;
        return first_of(allowed_ & usable, copies_);
    }
    static constexpr std::uint32_t first_of(std::uint32_t paths, std::uint8_t count) {
        std::uint32_t first = 0;
        for (; count != 0 && paths != 0; --count) {
            first |= paths & -paths;
            paths &= paths - 1;
        }
        return first;
    }

    std::uint32_t allowed_;
    std::uint32_t preferred_;  ///< of them, while all are usable
    config::Mode mode_;
    std::uint8_t copies_;
};

}  // namespace ropewalk::dataplane::tunnel
