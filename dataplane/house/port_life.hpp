#pragma once

#include <cstdint>

#include "dataplane/eal/interface_look.hpp"
#include "dataplane/eal/link.hpp"

namespace ropewalk::dataplane::house {

/// A port that follows an interface of the kernel by its name: what is to be done about it, from what is seen of the
/// interface. Pure; times are CLOCK_MONOTONIC.
///
///        an interface of the name is set up             it is gone, renamed, or another one has the name
///   absent ------------------------------> taken up ------------------------------------------> leaving
///     ^  \_ refused: again in a second                                                            |
///     |______________________________________________ no worker is in it any more ________________|
class PortLife {
public:
    static constexpr std::uint64_t retry_ns = 1'000'000'000;

    enum class Step : std::uint8_t { none, take_up, let_go };

    /// `now` is the interface that has the name, `taken_up` the index of the one the port holds; 0: none, or it is
    /// gone.
    Step next(const eal::InterfaceState& now, unsigned taken_up, std::uint64_t now_ns);

    // What became of the step.

    void took_up() { phase_ = Phase::taken_up; }
    void was_refused(const eal::InterfaceState& interface, std::uint64_t now_ns);
    /// What was let go is given back.
    void gave_back() { phase_ = Phase::absent; }

    /// How the port is, as a link.
    eal::Link link(const eal::InterfaceState& now) const;

private:
    enum class Phase : std::uint8_t { absent, taken_up, leaving };

    Phase phase_ = Phase::absent;
    unsigned refused_ = 0;  ///< the index of the interface that could not be taken up
    std::uint64_t retry_at_ns_ = 0;
};

}  // namespace ropewalk::dataplane::house
