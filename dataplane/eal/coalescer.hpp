#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "dataplane/eal/offload_header.hpp"
#include "dataplane/packet/packet.hpp"

namespace ropewalk::dataplane::eal {

/// Finds the packets of a burst that can be given to the kernel as one: consecutive segments of a TCP connection,
/// datagrams of one size of a UDP flow, as the kernel's own receive offload joins them. Cut again they are the same
/// packets: what joining would lose (flags, options, marks, a checksum that is wrong or not there) keeps a packet by
/// itself. The order within a flow is kept. Pure; knows one burst at a time.
class Coalescer {
public:
    /// What the packets are, and what may be taken for granted.
    struct Rules {
        std::uint16_t ip_at;         ///< 0, or the size of the Ethernet header, which must be the same too
        bool joins_tcp, joins_udp;   ///< what the kernel takes
        bool checksums_are_right;    ///< our own copies: not looked at, and computed again by the kernel or the NIC
        std::uint16_t most_packets;  ///< in one group
    };
    static constexpr std::uint16_t most_packets = 128;

    /// Packets to hand over together, one behind the other by next().
    struct Group {
        std::uint16_t first, last, count;
        std::uint16_t headers;  ///< bytes of each packet before its payload; of a single packet: unknown
        std::uint16_t segment;  ///< payload bytes of the first
        std::uint32_t payload;  ///< of all
        std::uint8_t protocol;  ///< 0: closed, and not to be joined by anything
        bool first_is_verified;
    };

    explicit Coalescer(const Rules& rules) : rules_(rules) {}

    /// At most `most_packets`, single segments all of them. Groups come in the order of their first packets.
    std::span<const Group> plan(std::span<packet::Packet* const> packets);

    /// The packet of the group that follows this one; after the last one undefined.
    std::uint16_t next(std::uint16_t index) const { return next_[index]; }

    /// Makes the headers of the group's first packet those of the whole, and says what the kernel has to know.
    OffloadHeader finish(const Group& group, std::span<packet::Packet* const> packets) const;

private:
    struct Candidate;
    bool read(const packet::Packet& packet, Candidate& candidate) const;
    bool same_flow(const packet::Packet& first, const packet::Packet& packet, const Candidate& candidate) const;
    bool continues(const Group& group, std::span<packet::Packet* const> packets, const Candidate& candidate,
                   const packet::Packet& packet) const;
    bool verify(const packet::Packet& packet, std::uint8_t protocol) const;

    Rules rules_;
    std::array<Group, most_packets> groups_;
    std::array<std::uint16_t, most_packets> next_;
};

}  // namespace ropewalk::dataplane::eal
