#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "dataplane/eal/offload_header.hpp"

namespace ropewalk::dataplane::eal {

/// What becomes of the TCP or UDP checksum of a segment.
enum class SegmentChecksum : std::uint8_t {
    computed,
    left_out,  ///< zero, of UDP only: for copies, whose seal is stronger
};

/// Several segments of one TCP connection, or datagrams of one UDP flow, that the kernel handed over as one packet.
/// Cuts it as the kernel would have: the same bytes as if nobody had offered to do that. Pure.
class SuperPacket {
public:
    /// `bytes` stay where they are until the last segment is cut. `ip_at` is 0, or the size of the Ethernet header.
    /// Nothing when header and bytes contradict each other, or a segment would exceed `largest_segment`.
    static std::optional<SuperPacket> read(const OffloadHeader& header, std::span<const std::uint8_t> bytes,
                                           std::uint16_t ip_at, std::uint16_t largest_segment);

    bool is_done() const { return offset_ == payload_.size(); }

    /// Writes the next segment, headers included, to where there is room for the largest; returns its size.
    std::uint16_t cut(std::uint8_t* out, SegmentChecksum checksum);

private:
    SuperPacket() = default;

    std::span<const std::uint8_t> headers_, payload_;
    std::uint16_t ip_at_, transport_at_, segment_bytes_;
    std::uint8_t protocol_;
    std::uint16_t index_ = 0;   ///< of the next segment
    std::uint32_t offset_ = 0;  ///< of its payload
};

/// Fills in the checksum that the kernel left to us in a packet that is not to be cut. False when it would lie outside.
bool complete_checksum(const OffloadHeader& header, std::span<std::uint8_t> packet);

}  // namespace ropewalk::dataplane::eal
