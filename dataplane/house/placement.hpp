#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "config/codes.hpp"
#include "config/result.hpp"

namespace ropewalk::dataplane::house {

/// What a port offers and what its configuration asks for.
struct PortQueues {
    std::string name;
    std::uint16_t most_receive, most_transmit;  ///< queues the device has
    /// The worker of each receive queue; empty: as many queues as there are workers or as the device has.
    std::vector<std::uint16_t> receive_workers;
    /// Whether workers without a receive queue here get copies from those that have one.
    config::Spread spread = config::Spread::automatic;
};

/// Who polls and who sends on one port.
struct PortPlacement {
    /// By receive queue: the worker that polls it.
    std::vector<std::uint16_t> receive_workers;
    /// By receive queue: the workers its copies are dealt out to, the polling one among them; only that one when every
    /// worker has a queue of its own. The same for all queues that one worker polls.
    std::vector<std::vector<std::uint16_t>> deal;
    /// By worker: who sends what it has for this port; itself, by the transmit queue of its own number, where the
    /// device has enough.
    std::vector<std::uint16_t> senders;

    std::uint16_t transmit_queues() const;
    /// The receive queues of a worker.
    std::vector<std::uint16_t> receive_queues_of(std::uint16_t worker) const;
    /// Whom the worker's copies are dealt out to, in the order of shares; empty: it keeps them.
    std::vector<std::uint16_t> deal_of(std::uint16_t worker) const;
    /// The share of each block of sequence numbers, modulo the size; empty: the worker keeps all. Block b goes to
    /// receiver b mod n, whatever port its copies come by, if this worker deals to that one. The other blocks go round
    /// this worker's own group.
    std::vector<std::uint8_t> shares_by_block(std::uint16_t worker) const;
    /// The workers that get copies of the port, by rising number.
    std::vector<std::uint16_t> receivers() const;
};

/// Shares the queues of all ports out among the workers. Pure. Fails when a port lists a worker there is not, or more
/// receive queues than its device has.
Result<std::vector<PortPlacement>> place(std::uint16_t workers, std::span<const PortQueues> ports);

}  // namespace ropewalk::dataplane::house
