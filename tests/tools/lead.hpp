#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace ropewalk::tests::tools {

/// By how many packets a sender is ahead of whoever reads the interface that they leave by. Pure.
class Lead {
public:
    void gave_one() { ++packets_; }

    /// `gone` are the packets that left the interface since it was made, read or dropped; none while there is no such
    /// interface. One that was made anew holds nothing of what was given to the one before.
    void saw(std::optional<std::uint64_t> gone) {
        if (!gone || (gone_ && *gone < *gone_))
            packets_ = 0;
        else if (gone_)
            packets_ -= std::min(packets_, *gone - *gone_);
        gone_ = gone;
    }

    std::uint64_t packets() const { return packets_; }

private:
    std::uint64_t packets_ = 0;
    std::optional<std::uint64_t> gone_;
};

}  // namespace ropewalk::tests::tools
