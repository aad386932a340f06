#include "perf/core/work.hpp"

#include "config/region/clocks.hpp"
#include "dataplane/pipeline/to_inside.hpp"
#include "dataplane/pipeline/to_paths.hpp"

namespace ropewalk::perf::core {

using namespace dataplane;

Work::Work(fixture::LoopedGateway& gateway, fixture::InnerPackets packets)
    : gateway_(gateway), packets_(std::move(packets)) {}

void Work::make_ahead(std::uint32_t bursts) {
    for (; bursts != 0; --bursts) {
        prepare();
        ahead_.push_back({inside_, egress_});
        inside_.count = 0;
        egress_ = {};
    }
}

void Work::forget_ahead() {
    for (Made& made : ahead_) {
        made.inside.free();
        made.egress.free_all();
    }
    ahead_.clear();
}

void Work::prepare_next() {
    gateway_.context().now_ns = config::region::monotonic_ns();
    if (ahead_.empty()) return prepare();
    make_ahead(1);
    inside_ = ahead_.front().inside;
    egress_ = ahead_.front().egress;
    ahead_.pop_front();
    // As a port leaves them that has just written their descriptors.
    const auto touch = [](const packet::Burst& burst) {
        for (packet::Packet* packet : burst.view()) packet->set_size(packet->size());
    };
    touch(inside_);
    for (const packet::Burst& burst : egress_.wan) touch(burst);
}

std::uint64_t Work::run_pipeline() {
    prepare_next();
    const std::uint64_t began = fixture::start_cycles();
    pipeline();
    egress_.free_all();
    return fixture::without_clock(fixture::read_cycles() - began);
}

StageCycles Work::run_stages() {
    prepare_next();
    StageClock clock;
    clock.start();
    stages(clock);
    egress_.free_all();
    clock.ran(Stage::egress);
    return clock.cycles();
}

void Work::to_paths() {
    pipeline::to_paths(inside_, gateway_.view(), gateway_.context(), egress_);
}

void Work::to_paths(StageClock& clock) {
    pipeline::to_paths(inside_, gateway_.view(), gateway_.context(), egress_, clock.probe());
}

void Work::to_inside(std::uint16_t port) {
    pipeline::to_inside(egress_.wan[port], port, {}, gateway_.view(), gateway_.context(), egress_);
}

void Work::to_inside(std::uint16_t port, StageClock& clock) {
    pipeline::to_inside(egress_.wan[port], port, {}, gateway_.view(), gateway_.context(), egress_, clock.probe());
}

}  // namespace ropewalk::perf::core
