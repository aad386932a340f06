#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include <rte_mbuf.h>

#include "dataplane/eal/coalescer.hpp"
#include "dataplane/packet/hop_data.hpp"
#include "dataplane/packet/packet.hpp"

namespace ropewalk::dataplane::eal {

/// What became of the packets of a burst that was handed over in groups: those taken are freed, the others put behind
/// them, as a port's send() promises.
class JoinedBurst {
public:
    JoinedBurst(const Coalescer& coalescer, rte_mbuf** mbufs) : coalescer_(coalescer), mbufs_(mbufs) {}

    void taken(const Coalescer::Group& group) { note(group, taken_, taken_count_); }
    void refused(const Coalescer::Group& group) { note(group, refused_, refused_count_); }
    /// Copies for the WAN that no call will take, however often it is repeated.
    void refused_for_good(const Coalescer::Group& group, packet::Refusal why) {
        const std::uint16_t first = refused_count_;
        refused(group);
        for (std::uint16_t i = first; i < refused_count_; ++i) {
            packet::Packet* const packet = packet::Packet::from(refused_[i]);
            auto copy = packet->carried<packet::OutgoingCopy>();
            copy.refusal = why;
            packet->carry(copy);
        }
    }

    /// Returns packets taken.
    std::uint16_t settle() {
        rte_pktmbuf_free_bulk(taken_.data(), taken_count_);
        std::copy_n(refused_.begin(), refused_count_, mbufs_ + taken_count_);
        return taken_count_;
    }

private:
    using Mbufs = std::array<rte_mbuf*, Coalescer::most_packets>;

    void note(const Coalescer::Group& group, Mbufs& list, std::uint16_t& count) {
        for (std::uint16_t i = group.first;; i = coalescer_.next(i)) {
            list[count++] = mbufs_[i];
            if (i == group.last) return;
        }
    }

    const Coalescer& coalescer_;
    rte_mbuf** mbufs_;
    Mbufs taken_, refused_;
    std::uint16_t taken_count_ = 0, refused_count_ = 0;
};

}  // namespace ropewalk::dataplane::eal
