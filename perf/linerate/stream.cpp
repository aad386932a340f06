#include "perf/linerate/stream.hpp"

#include <array>
#include <cmath>

#include <rte_mbuf.h>

namespace ropewalk::perf::linerate {

StreamCounts& StreamCounts::operator+=(const StreamCounts& other) {
    for (const auto field :
         {&StreamCounts::offered, &StreamCounts::refused, &StreamCounts::missed, &StreamCounts::received,
          &StreamCounts::first, &StreamCounts::repeated, &StreamCounts::too_late, &StreamCounts::foreign,
          &StreamCounts::reordered, &StreamCounts::disturbed})
        this->*field += other.*field;
    return *this;
}

void Stream::begin(std::uint16_t trial, double packets_per_cycle) {
    trial_ = trial;
    packets_per_cycle_ = packets_per_cycle;
    offered_ = refused_ = missed_ = received_ = foreign_ = disturbed_ = 0;
    arrivals_ = Arrivals(frames_.shape().flows);
    latency_ = {};
}

std::uint16_t Stream::due(std::uint64_t running) {
    if (std::isinf(packets_per_cycle_)) return burst;
    const auto planned = static_cast<std::uint64_t>(static_cast<double>(running) * packets_per_cycle_);
    const std::uint64_t done = offered_ + missed_;
    if (planned <= done) return 0;
    if (planned - done > most_behind) missed_ = planned - most_behind - offered_;
    return static_cast<std::uint16_t>(std::min<std::uint64_t>(planned - offered_ - missed_, burst));
}

void Stream::send(std::uint64_t running, std::uint64_t now) {
    std::array<rte_mbuf*, burst> mbufs;
    const std::uint16_t count = due(running);
    if (count == 0 || rte_pktmbuf_alloc_bulk(ends_.pool, mbufs.data(), count) != 0) return;
    for (std::uint16_t i = 0; i < count; ++i) frames_.write(mbufs[i], trial_, {offered_ + i, now});
    const std::uint16_t left = steal(mbufs.data(), count);
    offered_ += count;
    const std::uint16_t taken = rte_eth_tx_burst(ends_.tx_port, 0, mbufs.data(), left);
    if (taken == left) return;
    refused_ += left - taken;
    rte_pktmbuf_free_bulk(mbufs.data() + taken, left - taken);
}

std::uint16_t Stream::steal(rte_mbuf** mbufs, std::uint16_t count) const {
    if (ends_.steal_every == 0) return count;
    std::uint16_t left = 0;
    for (std::uint16_t i = 0; i < count; ++i) {
        if ((offered_ + i + 1) % ends_.steal_every == 0)
            rte_pktmbuf_free(mbufs[i]);
        else
            mbufs[left++] = mbufs[i];
    }
    return left;
}

std::uint16_t Stream::receive(TrialTime& time) {
    std::array<rte_mbuf*, 2 * burst> mbufs;
    const std::uint16_t count = rte_eth_rx_burst(ends_.rx_port, 0, mbufs.data(), mbufs.size());
    if (count == 0) return 0;
    // The clock looks only now, lest a CPU was away between the port and here.
    const std::uint64_t now = time.look();
    const std::uint64_t undisturbed_since = time.clock().undisturbed_since();
    received_ += count;
    for (std::uint16_t i = 0; i < count; ++i) {
        const auto stamp = frames_.read(mbufs[i], trial_);
        if (!stamp || stamp->number >= offered_) {
            ++foreign_;
            continue;
        }
        arrivals_.note(stamp->number, frames_.flow_of(stamp->number));
        if (stamp->sent < undisturbed_since)
            ++disturbed_;
        else
            latency_.add(now - stamp->sent);
    }
    rte_pktmbuf_free_bulk(mbufs.data(), count);
    return count;
}

StreamCounts Stream::counts() const {
    return {offered_,
            refused_,
            missed_,
            received_,
            arrivals_.first(),
            arrivals_.repeated(),
            arrivals_.too_late(),
            foreign_,
            arrivals_.reordered(),
            disturbed_};
}

}  // namespace ropewalk::perf::linerate
