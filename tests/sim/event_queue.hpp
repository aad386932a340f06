#pragma once

#include <cstdint>
#include <queue>
#include <vector>

#include "tests/sim/side.hpp"
#include "tests/sim/time.hpp"

namespace ropewalk::tests::sim {

/// What happens next; events of one moment in the order in which they were planned.
struct Event {
    enum class Kind : std::uint8_t {
        fault_begins,  ///< value: index
        fault_ends,    ///< value: index
        users_send,
        frame_arrives,  ///< value: index of the frame
        worker_turn,
        worker_turn_idle,  ///< the worker looks at its rings and its configuration
        housekeeping,
        control_tick,
        dataplane_attaches,
        dataplane_starts,  ///< value: which life's attempt
    };

    Time at;
    std::uint64_t order;
    Kind kind;
    Side side;
    std::uint64_t value;
};

class EventQueue {
public:
    void plan(Time at, Event::Kind kind, Side side, std::uint64_t value = 0) {
        events_.push({at, planned_++, kind, side, value});
    }
    bool is_empty() const { return events_.empty(); }
    Event take() {
        const Event event = events_.top();
        events_.pop();
        return event;
    }

private:
    struct Later {
        bool operator()(const Event& a, const Event& b) const { return a.at != b.at ? a.at > b.at : a.order > b.order; }
    };
    std::priority_queue<Event, std::vector<Event>, Later> events_;
    std::uint64_t planned_ = 0;
};

}  // namespace ropewalk::tests::sim
