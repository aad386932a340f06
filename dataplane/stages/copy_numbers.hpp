#pragma once

#include <cstdint>

#include "dataplane/burst/tunnel_burst.hpp"
#include "dataplane/stages/shards.hpp"
#include "dataplane/tunnel/path_state.hpp"

namespace ropewalk::dataplane::stages {

/// The numbers of a burst's copies on one path; each UDP port of the peer has its own. A run of copies to one port
/// reserves its numbers at once: as shards go by blocks, hardly more than twice a burst.
template <PeerPorts Ports>
class CopyNumbers {
public:
    CopyNumbers(tunnel::PathSender& sender, const burst::TunnelPart& burst, std::uint32_t path_bit,
                const BurstShards& shards)
        : sender_(sender), burst_(burst), path_bit_(path_bit), shards_(shards) {}

    /// The number of the `index`-th packet's copy. Called for each that has the path's bit, in order, while it has it.
    std::uint32_t next(std::uint16_t index) {
        if (left_ == 0) reserve(index);
        --left_;
        return number_++;
    }

private:
    void reserve(std::uint16_t index) {
        const std::uint16_t shard = shard_of(index);
        for (; index < burst_.count && shard_of(index) == shard; ++index)
            left_ += (burst_.paths[index] & path_bit_) != 0;
        number_ = sender_.reserve(left_, shard);
    }
    std::uint16_t shard_of(std::uint16_t index) const {
        if constexpr (Ports == PeerPorts::several) return shards_[index];
        return 0;
    }

    tunnel::PathSender& sender_;
    const burst::TunnelPart& burst_;
    std::uint32_t path_bit_;
    const BurstShards& shards_;
    std::uint32_t number_ = 0, left_ = 0;
};

}  // namespace ropewalk::dataplane::stages
