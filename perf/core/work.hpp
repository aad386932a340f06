#pragma once

#include <cstdint>
#include <deque>
#include <memory>

#include "perf/core/floor.hpp"
#include "perf/core/row_key.hpp"
#include "perf/core/stage_clock.hpp"
#include "perf/fixture/collecting_egress.hpp"
#include "perf/fixture/inner_packets.hpp"
#include "perf/fixture/looped_gateway.hpp"

namespace ropewalk::perf::core {

/// One row's work, a burst at a time. Every call makes its packets first, outside the measurement, and hands all of
/// them back to the pool, inside it.
class Work {
public:
    static std::unique_ptr<Work> make(const RowKey& row, fixture::LoopedGateway& gateway,
                                      fixture::InnerPackets packets);
    virtual ~Work() = default;

    const fixture::PacketMix& mix() const { return packets_.mix(); }

    /// Makes the packets of as many bursts beforehand: a burst is then measured so long after it was made that others
    /// have pushed it out of the nearer caches, like frames that a NIC has left in the farthest one. None is the
    /// default.
    void make_ahead(std::uint32_t bursts);
    /// Gives back the packets of bursts that were made and not measured.
    void forget_ahead();

    /// Cycles of one burst through the pipelines as the worker calls them.
    std::uint64_t run_pipeline();
    /// Cycles of one burst, stage by stage.
    StageCycles run_stages();

    /// What one packet of the mix does to the gateway's counters, preparation included.
    virtual fixture::Tally expected() const = 0;
    virtual FloorKind floor_kind() const = 0;
    /// Where the sealed text begins behind the default headroom.
    virtual std::uint16_t text_at() const { return 0; }

protected:
    Work(fixture::LoopedGateway& gateway, fixture::InnerPackets packets);

    /// Makes the packets of a burst in inside_ and egress_, which are empty.
    virtual void prepare() = 0;
    virtual void pipeline() = 0;
    virtual void stages(StageClock& clock) = 0;

    void to_paths();
    void to_paths(StageClock& clock);
    void to_inside(std::uint16_t port);
    void to_inside(std::uint16_t port, StageClock& clock);

    fixture::LoopedGateway& gateway_;
    fixture::InnerPackets packets_;
    /// Packets from the inside; frames from and for port i are egress_.wan[i].
    dataplane::packet::Burst inside_;
    fixture::CollectingEgress egress_;

private:
    struct Made {
        dataplane::packet::Burst inside;
        fixture::CollectingEgress egress;
    };
    void prepare_next();

    std::deque<Made> ahead_;
};

}  // namespace ropewalk::perf::core
