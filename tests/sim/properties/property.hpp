#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tests/sim/ledger.hpp"
#include "tests/sim/machine.hpp"

namespace ropewalk::tests::sim::properties {

/// One thing that must hold after every event of every run. It is told what happens and keeps the first violation.
class Property {
public:
    virtual ~Property() = default;
    virtual std::string_view name() const = 0;

    /// A copy left a WAN port of `from`.
    virtual void on_sealed(const Frame&, const Ledger::Noted&, [[maybe_unused]] const Machine& from) {}
    /// A worker's turn has ended; the ledger knows of it already.
    struct Turn {
        Side side;
        Time now;
        bool died;      ///< in the middle of it
        unsigned keys;  ///< that the worker had
        const MemoryPorts::Traffic& traffic;
        const Machine& machine;
        const Ledger& ledger;
    };
    virtual void on_turn(const Turn&) {}
    /// A dataplane's life ended; the machine had it.
    virtual void on_dataplane_ended(Side, const Machine&) {}
    /// Shared memory was lost, and all counters with it.
    virtual void on_memory_lost(Side) {}
    /// Users have stopped, all packets have arrived or are lost.
    struct End {
        Time now;
        const Scenario& scenario;
        const std::array<Machine*, side_count>& machines;
        const Ledger& ledger;
    };
    virtual void on_end(const End&) {}

    const std::optional<std::string>& violation() const { return violation_; }

protected:
    void violate(std::string what) {
        if (!violation_) violation_ = std::move(what);
    }

private:
    std::optional<std::string> violation_;
};

}  // namespace ropewalk::tests::sim::properties
