#pragma once

namespace ropewalk::perf::linerate {

/// Counters of ports, read at a moment when all that they say was received has been taken from them. A NIC counts a
/// frame when it arrives; one that came before the trial, or in the last moment of it, would be on one side of the
/// books only. `read` gives the counters, with a member `received`; `receive` takes what is there and says how many;
/// `pause` lets what is counted already reach the receive queue. Where frames never stop coming the last reading is as
/// good as any.
template <class Read, class Receive, class Pause>
auto settled_counts(Read read, Receive receive, Pause pause) {
    constexpr int most_readings = 1000;
    auto counts = read();
    for (int reading = 0; reading < most_readings; ++reading) {
        pause();
        const bool took_any = receive() != 0;
        const auto later = read();
        if (!took_any && later.received == counts.received) return later;
        counts = later;
    }
    return counts;
}

}  // namespace ropewalk::perf::linerate
