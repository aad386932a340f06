#include "dataplane/stages/fan_out.hpp"
#include "dataplane/stages/find_association.hpp"
#include "dataplane/stages/outer_headers.hpp"
#include "dataplane/stages/read_outer.hpp"
#include "perf/micro/bench.hpp"
#include "perf/micro/frames.hpp"

namespace ropewalk::perf::micro {

namespace {

using namespace dataplane;
using stages::OuterFamily;

/// Allocation, copying and freeing of one further copy of a sealed packet.
void copy(benchmark::State& state) {
    Frames frames(static_cast<std::uint16_t>(state.range(0)));
    measure(state, nothing_to_prepare, [&] {
        packet::Burst copies;
        stages::CopyMemory memory(pool(), burst_packets);
        for (packet::Packet* frame : frames.frames().view()) copies.push(stages::copy_of(*frame, memory.take()));
        rte_pktmbuf_free_bulk(copies.mbufs(), copies.count);
    });
}

void read_outer(benchmark::State& state) {
    Frames frames(512);
    const auto& endpoints = frames.gateway().view().endpoints_by_port[0];
    measure(state, nothing_to_prepare, [&] {
        for (const packet::Packet* frame : frames.frames().view()) {
            stages::OuterPayload payload{};
            benchmark::DoNotOptimize(stages::read_outer(*frame, endpoints, payload));
            benchmark::DoNotOptimize(payload);
        }
    });
}

/// Parsing with all that belongs to it: SPI, sequence number, path statistics.
void find_association(benchmark::State& state) {
    Frames frames(512);
    packet::Burst burst;
    stages::Arrived found;
    measure(
        state,
        [&] {
            frames.restore();
            burst = frames.frames();
            found.count = 0;
        },
        [&] { stages::find_association(burst, 0, frames.gateway().view(), frames.gateway().context(), found); });
    if (found.count != burst_packets) state.SkipWithError("a frame was not recognised");
}

/// Everything in front of ESP.
void write_headers(benchmark::State& state) {
    using Layout = stages::OuterHeaders<OuterFamily::ipv4, config::snapshot::WireCode::ropewalk>;
    Frames frames(512);
    std::uint32_t sequence = 0;
    measure(
        state,
        [&] {
            frames.restore();
            for (packet::Packet* frame : frames.frames().view()) frame->cut_front(Layout::size);
        },
        [&] {
            for (packet::Packet* frame : frames.frames().view())
                stages::write_outer_headers<OuterFamily::ipv4, config::snapshot::WireCode::ropewalk>(
                    *frame, frames.path(), 0, ++sequence, 7, 0);
        });
}

BENCHMARK(copy)->ArgName("bytes")->Arg(64)->Arg(512)->Arg(1420)->UseManualTime();
BENCHMARK(read_outer)->UseManualTime();
BENCHMARK(find_association)->UseManualTime();
BENCHMARK(write_headers)->UseManualTime();

}  // namespace

}  // namespace ropewalk::perf::micro
