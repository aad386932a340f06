#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "config/schema/units.hpp"

namespace ropewalk::tests::lab::wanem {

using config::schema::Duration;

/// Frames on their way, in the order in which they come out; those due at the same time in the order they went in.
class HeldFrames {
public:
    struct Held {
        Duration departure{};
        std::uint64_t number = 0;
        std::vector<std::uint8_t> bytes;
    };

    /// False when there is no room for it.
    bool hold(Duration departure, std::span<const std::uint8_t> frame);

    std::optional<Duration> next_departure() const;
    /// The first one due by `now`, which leaves; empty when there is none.
    std::optional<Held> take_due(Duration now);
    /// Gives the memory of a frame that was sent back for another one.
    void recycle(std::vector<std::uint8_t> bytes);

    std::uint64_t frames() const { return heap_.size(); }
    std::uint64_t bytes() const { return bytes_; }

    /// Two seconds of a gigabit per second.
    static constexpr std::uint64_t most_bytes = 256U << 20;

private:
    static bool is_later(const Held& one, const Held& other);

    std::vector<Held> heap_;  ///< std::push_heap's order, the next one in front
    std::vector<std::vector<std::uint8_t>> spare_;
    std::uint64_t bytes_ = 0;
    std::uint64_t next_number_ = 0;
};

}  // namespace ropewalk::tests::lab::wanem
