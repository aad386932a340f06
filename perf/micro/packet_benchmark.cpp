#include "dataplane/headers/outer_headers.hpp"
#include "dataplane/headers/read_outer.hpp"
#include "dataplane/stages/fan_out.hpp"
#include "dataplane/stages/find_association.hpp"
#include "dataplane/stages/match_classes.hpp"
#include "perf/micro/bench.hpp"
#include "perf/micro/frames.hpp"

namespace ropewalk::perf::micro {

namespace {

using namespace dataplane;
using headers::OuterFamily;

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
            headers::OuterPayload payload{};
            benchmark::DoNotOptimize(headers::read_outer(*frame, endpoints, {}, payload));
            benchmark::DoNotOptimize(payload);
        }
    });
}

/// Parsing with all that belongs to it: SPI, sequence number, path statistics.
void find_association(benchmark::State& state) {
    Frames frames(512);
    packet::Burst burst;
    burst::Arrived found;
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
    using Layout = headers::OuterHeaders<OuterFamily::ipv4, config::Wire::ropewalk>;
    Frames frames(512);
    const headers::FrameStart start(frames.path(), {2, 0, 0, 0, 1, 0});
    std::uint32_t sequence = 0;
    measure(
        state,
        [&] {
            frames.restore();
            for (packet::Packet* frame : frames.frames().view()) frame->cut_front(Layout::size);
        },
        [&] {
            for (packet::Packet* frame : frames.frames().view())
                headers::write_outer_headers<OuterFamily::ipv4, config::Wire::ropewalk>(
                    *frame, frames.path(), start, 0, ++sequence, 7, packet::copy_flags_present, 0);
        });
}

/// The eight classes of a full policy; as many packets of one tunnel at once as the argument says.
void match_classes(benchmark::State& state) {
    const auto together = static_cast<std::uint16_t>(state.range(0));
    auto made = fixture::LoopedGateway::make(config::Cipher::aes_256_gcm, 1, pool(), fixture::Policy::full);
    if (!made) return state.SkipWithError(made.error().message.c_str());
    fixture::LoopedGateway& gateway = **made;
    fixture::InnerPackets packets(fixture::PacketMix::fixed(64, burst_packets), pool(), fixture::Policy::full);
    packet::Burst burst;
    std::vector<burst::TunnelBurst> parts(burst_packets / together);
    const auto match = [&] {
        for (burst::TunnelBurst& part : parts) stages::match_classes(part);
    };
    measure(
        state,
        [&] {
            burst.free();
            packets.fill(burst);
            for (burst::TunnelBurst& part : parts) part.tunnel = &gateway.tunnel(), part.count = 0;
            for (std::uint16_t i = 0; i < burst.count; ++i)
                parts[i / together].push({burst.packets[i], 0, tunnel::ClassTable::in_none,
                                          burst.packets[i]->at<packet::Ipv4Header>(0)->traffic_class,
                                          packet::protocol_ipv4});
            // Once before: in a pipeline the packets were read by classify, and not written just now.
            match();
        },
        match);
    burst.free();
}

/// Of a sealed packet in the first-level cache, for the UDP checksums of its copies.
template <std::uint16_t (*Sum)(const void*, std::size_t)>
void sum_of_sealed(benchmark::State& state) {
    Frames frames(static_cast<std::uint16_t>(state.range(0)));
    measure(state, nothing_to_prepare, [&] {
        for (const packet::Packet* frame : frames.frames().view())
            benchmark::DoNotOptimize(Sum(frame->data(), frame->size()));
    });
}

BENCHMARK(copy)->ArgName("bytes")->Arg(64)->Arg(512)->Arg(1420)->UseManualTime();
BENCHMARK(sum_of_sealed<packet::sum_of>)->ArgName("bytes")->Arg(64)->Arg(512)->Arg(1420)->UseManualTime();
BENCHMARK(sum_of_sealed<packet::sum_of_many>)->ArgName("bytes")->Arg(64)->Arg(512)->Arg(1420)->UseManualTime();
BENCHMARK(match_classes)->ArgName("burst")->Arg(1)->Arg(2)->Arg(4)->Arg(8)->Arg(16)->Arg(64)->UseManualTime();
BENCHMARK(read_outer)->UseManualTime();
BENCHMARK(find_association)->UseManualTime();
BENCHMARK(write_headers)->UseManualTime();

}  // namespace

}  // namespace ropewalk::perf::micro
