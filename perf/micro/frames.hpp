#pragma once

#include <memory>
#include <stdexcept>

#include <rte_mbuf.h>

#include "dataplane/pipeline/to_paths.hpp"
#include "perf/fixture/arrived_frames.hpp"
#include "perf/fixture/collecting_egress.hpp"
#include "perf/fixture/inner_packets.hpp"
#include "perf/fixture/looped_gateway.hpp"
#include "perf/micro/bench.hpp"

namespace ropewalk::perf::micro {

/// A gateway with one path and a burst of frames it sealed, placed as received; both for as long as this lives.
class Frames {
public:
    explicit Frames(std::uint16_t inner_size) {
        auto made = fixture::LoopedGateway::make(config::Cipher::aes_256_gcm, 1, pool());
        if (!made) throw std::runtime_error(made.error().message);
        gateway_ = std::move(*made);
        dataplane::packet::Burst inner;
        fixture::InnerPackets(fixture::PacketMix::fixed(inner_size, burst_packets), pool()).fill(inner);
        dataplane::pipeline::to_paths(inner, gateway_->view(), gateway_->context(), egress_);
        frames_ = egress_.wan[0];
        fixture::place_as_received(frames_);
        frame_size_ = frames_.packets[0]->size();
    }
    Frames(const Frames&) = delete;
    Frames& operator=(const Frames&) = delete;
    ~Frames() { egress_.free_all(); }

    fixture::LoopedGateway& gateway() { return *gateway_; }
    const dataplane::view::PathView& path() const { return gateway_->tunnel().paths[0]; }
    const dataplane::packet::Burst& frames() const { return frames_; }

    /// Whole frames again, after they were cut.
    void restore() {
        for (dataplane::packet::Packet* frame : frames_.view()) {
            frame->mbuf()->data_off = RTE_PKTMBUF_HEADROOM;
            frame->set_size(frame_size_);
        }
    }

private:
    std::unique_ptr<fixture::LoopedGateway> gateway_;
    fixture::CollectingEgress egress_;  ///< owns the frames
    dataplane::packet::Burst frames_;
    std::uint16_t frame_size_;
};

}  // namespace ropewalk::perf::micro
