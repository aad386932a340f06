#pragma once

#include <algorithm>
#include <cstdint>

namespace ropewalk::dataplane::tunnel {

/// Lets so much happen a second, and so much at once after a pause. It has one owner, who says what time it is.
class TokenBucket {
public:
    /// Full; both 1 at least.
    constexpr TokenBucket(std::uint32_t per_second, std::uint32_t at_once)
        : interval_ns_(1'000'000'000 / per_second), all_but_one_ns_((at_once - 1) * interval_ns_) {}

    /// True when a token is there; it is gone then.
    bool take(std::uint64_t now_ns) {
        const std::uint64_t filling_until = std::max(full_at_ns_, now_ns);
        if (filling_until - now_ns > all_but_one_ns_) return false;
        full_at_ns_ = filling_until + interval_ns_;
        return true;
    }

private:
    std::uint64_t interval_ns_;     ///< in which one token comes
    std::uint64_t all_but_one_ns_;  ///< in which the bucket fills up from its last token
    /// A time instead of a number of tokens: nothing has to be added while nobody asks.
    std::uint64_t full_at_ns_ = 0;
};

}  // namespace ropewalk::dataplane::tunnel
