#include "control/cli/event_reader.hpp"

#include <algorithm>

namespace ropewalk::control::cli {

void EventReader::read(const config::region::EventRing& ring, const OnEvent& on_event, const OnGap& on_gap) {
    const auto range = ring.range();
    // The file's maker begins anew only in another file.
    if (range.newest <= last_) return;
    for (std::uint64_t number = std::max(range.oldest, last_ + 1); number <= range.newest; ++number) {
        const auto record = ring.read(number);
        if (!record) continue;
        if (last_ != 0 && number != last_ + 1) on_gap(last_ + 1, number - 1);
        last_ = number;
        on_event(number, *record);
    }
}

}  // namespace ropewalk::control::cli
