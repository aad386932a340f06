#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/event_queue.hpp"
#include "tests/sim/ledger.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/properties/property.hpp"
#include "tests/sim/scenario.hpp"
#include "tests/sim/trace.hpp"
#include "tests/sim/wan.hpp"

namespace ropewalk::tests::sim {

/// Two machines, the paths between them, their users and whatever befalls them, from the first event to the last. One
/// thread, no clock, no draw that does not follow from the scenario.
class World {
public:
    World(const Scenario& scenario, const std::array<MachineParts*, side_count>& parts, Trace& trace,
          std::string_view only_property);

    struct Violation {
        std::string property, what;
        Time at;
    };
    /// Until the end or the first violation.
    std::optional<Violation> run();

    const Ledger& ledger() const { return ledger_; }

private:
    /// What is kept for one side beside its machine.
    struct Place {
        std::optional<Machine> machine;
        Dice users, timing;
        bool turn_planned = false;
        unsigned dataplane_held = 0, control_held = 0, power_held = 0;  ///< faults that keep it down
        std::uint64_t start_attempt = 0;
        std::uint32_t lost_next_hops = 0;
        Time longest_stall = 0;
    };

    Place& place(Side side) { return places_[index_of(side)]; }
    Machine& machine(Side side) { return *place(side).machine; }

    void happen(const Event& event);
    void begin(const Fault& fault);
    void end(const Fault& fault);
    void set_limits(const Fault& fault, bool active);
    void users_send(Side side);
    void frame_arrives(Side side, std::uint64_t index);
    void plan_turn(Side side);
    void turn(Side side);
    void after_turn(Side side, bool died);
    void send_out(Side side, const MemoryPorts::Traffic::Sent& sent);
    void control_up(Side side);
    void dataplane_up(Side side);
    void attach(Side side);
    void start(Side side);
    void dataplane_gone(Side side, bool cleanly);
    std::optional<Violation> violated() const;

    const Scenario& scenario_;
    Trace& trace_;
    Time now_ = 0;
    EventQueue queue_;
    Ledger ledger_;
    std::array<Place, side_count> places_;
    std::vector<Frame> frames_;
    std::vector<std::uint64_t> free_frames_;
    Wan wan_;
    std::vector<std::unique_ptr<properties::Property>> properties_;
};

}  // namespace ropewalk::tests::sim
