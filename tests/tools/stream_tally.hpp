#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ropewalk::tests::tools {

/// What arrived of a stream. Pure: payloads and times are passed in.
class StreamTally {
public:
    /// `now_ns` is CLOCK_MONOTONIC and never goes back.
    void add(std::span<const std::uint8_t> payload, std::uint64_t now_ns);

    /// As many as the sender says at its end; until then, as its numbers tell.
    std::uint64_t expected() const { return sent_.value_or(seen_.size()); }
    std::uint64_t delivered() const { return delivered_; }
    std::uint64_t lost() const { return expected() - delivered_; }
    /// Copies beyond the first of a number.
    std::uint64_t twice() const { return twice_; }
    /// Packets that came after one with a higher number.
    std::uint64_t disorder() const { return disorder_; }
    /// Payloads with a wrong byte, or a number the sender never had.
    std::uint64_t damaged() const { return damaged_; }
    bool end_seen() const { return sent_.has_value(); }

    /// The longest silence between two packets; both 0 with fewer than two.
    std::uint64_t gap_start_ns() const { return gap_start_ns_; }
    std::uint64_t gap_end_ns() const { return gap_end_ns_; }

private:
    void note_time(std::uint64_t now_ns);

    std::vector<bool> seen_;
    std::uint64_t delivered_ = 0, twice_ = 0, disorder_ = 0, damaged_ = 0;
    std::uint64_t next_number_ = 0;
    std::optional<std::uint64_t> sent_;
    std::uint64_t last_ns_ = 0, gap_start_ns_ = 0, gap_end_ns_ = 0;
};

}  // namespace ropewalk::tests::tools
