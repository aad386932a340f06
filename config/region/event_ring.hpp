#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "config/region/event_record.hpp"

namespace ropewalk::config::region {

inline constexpr std::size_t event_ring_records = 10'000;

/// A number beyond this is no event's but damage; JSON has whole numbers up to it.
inline constexpr std::uint64_t max_event_number = std::uint64_t{1} << 53;

/// The newest events, numbered from 1. Control appends; any process reads, at any time, without control's help and
/// without holding it up. Life of a record: number 0 -> content -> its number released -> `newest` released. A reader
/// takes a copy only if the same number stands there before and after it, so never half of one.
struct EventRing {
    struct Slot {
        std::atomic<std::uint64_t> number;  ///< 0: empty, or being written
        std::array<std::atomic<std::uint64_t>, sizeof(EventRecord) / sizeof(std::uint64_t)> content;
    };

    std::atomic<std::uint64_t> newest;           ///< number of the newest whole event; 0: none yet
    std::array<Slot, event_ring_records> slots;  ///< by number modulo their count

    /// What can be read: from `oldest` to `newest`, 0 to 0 where nothing can.
    struct Range {
        std::uint64_t oldest, newest;
    };
    Range range() const;

    /// None when the event was overwritten, is being overwritten, or never was.
    std::optional<EventRecord> read(std::uint64_t number) const;

    /// For a control that begins: makes `newest` what the records say, whatever its predecessor was about to do when it
    /// died. Events go on with the next number.
    void take_over();

    /// Returns the event's number. One writer; take_over() comes first.
    std::uint64_t append(const EventRecord& record);
};

}  // namespace ropewalk::config::region
