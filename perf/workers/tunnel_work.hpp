#pragma once

#include <array>
#include <memory>

#include "config/result.hpp"
#include "perf/fixture/collecting_egress.hpp"
#include "perf/fixture/gateway_in_memory.hpp"
#include "perf/fixture/inner_packets.hpp"
#include "perf/workers/team.hpp"
#include "perf/workers/wire.hpp"

namespace ropewalk::perf::workers {

/// Where the copies of a packet arrive. `own`: at the worker that sent it. `crossed`: the second one at the other
/// worker, as when paths come by different queues. `sharded`: both at the worker that its block of numbers belongs to,
/// half of them at the other one. Alone, a worker sends to itself.
enum class Arrival : std::uint8_t { own, crossed, sharded };

/// Workers of one gateway whose only tunnel leads back to itself, two copies a packet: one sequence space, one window.
/// A step is a burst through to_paths, and to_inside for the copies that have arrived; making packets and what NICs
/// would do between does not count, freeing does.
class TunnelWork {
public:
    static Result<std::unique_ptr<TunnelWork>> make(fixture::PacketMix mix, Arrival arrival, rte_mempool* pool);

    Work step(std::size_t worker);
    /// Which workers take part from now on; receives what is on the wires. Not while they step.
    void alone_or_together(unsigned workers);
    /// Every packet that was sealed was delivered once; else says what is missing. Not while they step.
    Result<void> check();
    /// The share of frames that found no buffer at their receiver and arrived at the sender. Not while they step.
    double share_that_stayed() const;

private:
    static constexpr std::uint16_t ports = 2;

    struct alignas(64) Member {
        explicit Member(fixture::InnerPackets made) : packets(std::move(made)) {}
        fixture::InnerPackets packets;
        fixture::CollectingEgress egress;
        dataplane::packet::Burst inside;
        std::uint64_t carried = 0, stayed = 0;  ///< frames
        /// To this worker, by the sending one and by port.
        std::array<std::array<Wire, ports>, team_size> wires;
        std::array<std::array<dataplane::packet::Burst, ports>, team_size> arrived;
    };
    TunnelWork(std::unique_ptr<fixture::GatewayInMemory> gateway, Arrival arrival, rte_mempool* pool)
        : gateway_(std::move(gateway)), arrival_(arrival), pool_(pool) {}
    /// Where the copies go that the worker has just sent on a port.
    std::size_t receiver_of(std::size_t worker, std::uint16_t port) const;
    /// Each returns the cycles that count.
    std::uint64_t send(std::size_t worker);
    std::uint64_t receive(std::size_t worker);

    std::unique_ptr<fixture::GatewayInMemory> gateway_;
    Arrival arrival_;
    rte_mempool* pool_;
    std::array<std::unique_ptr<Member>, team_size> members_;
    std::array<std::size_t, team_size> partner_{0, 1};
};

}  // namespace ropewalk::perf::workers
