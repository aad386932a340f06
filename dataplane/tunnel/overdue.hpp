#pragma once

#include <cstdint>

namespace ropewalk::dataplane::tunnel {

/// Knows which of a tunnel's numbers are overdue: they have not come, and a later one came so long ago that they hardly
/// will. The window tells of losses only when numbers leave it, which takes a thousand seconds at a thousand packets a
/// second. Pure; CLOCK_MONOTONIC.
class Overdue {
public:
    /// More than any sensible difference between paths; numbers are called overdue within twice that.
    static constexpr std::uint64_t patience_ns = 2'000'000'000;

    /// Told of the newest number received, now and then. Returns the number up to which all others are overdue; 0: none.
    std::uint64_t up_to(std::uint64_t newest, std::uint64_t now_ns) {
        if (now_ns - later_.seen_ns >= patience_ns) {
            earlier_ = later_;
            later_ = {newest, now_ns};
        }
        return earlier_.newest;
    }

private:
    struct Look {
        std::uint64_t newest = 0, seen_ns = 0;
    };
    Look earlier_, later_;
};

}  // namespace ropewalk::dataplane::tunnel
