#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include <rte_mbuf.h>

#include "config/result.hpp"
#include "perf/fixture/packet_mix.hpp"

namespace ropewalk::perf::linerate {

enum class Family : std::uint8_t { ipv4, ipv6 };
/// From the near end's users to the far end's, or the other way.
enum class Direction : std::uint8_t { forward, reverse };

struct EthernetAddresses {
    std::array<std::uint8_t, 6> destination, source;
};

/// What the packets of one stream look like: UDP between 198.18.0.1 and 198.19.0.1, or 2001:db8:18::1 and
/// 2001:db8:19::1, with no checksum, because payloads are whatever lies in the buffer.
struct FrameShape {
    fixture::PacketMix mix;  ///< packet n has the size of its n-th, over and over
    Family family = Family::ipv4;
    Direction direction = Direction::forward;
    std::uint32_t flows = 1;                    ///< told apart by their UDP source ports
    std::optional<EthernetAddresses> ethernet;  ///< none: the ports carry IP packets as a gateway's inside does
};

/// What the sink finds in a packet of ours.
struct Stamp {
    std::uint64_t number;
    std::uint64_t sent;  ///< TSC
};

/// Writes numbered, time-stamped frames and reads them back.
class Frames {
public:
    /// The smallest IP packet that holds a stamp.
    static std::uint16_t smallest(Family family);

    explicit Frames(const FrameShape& shape);

    const FrameShape& shape() const { return shape_; }
    std::uint32_t flow_of(std::uint64_t number) const { return static_cast<std::uint32_t>(number % shape_.flows); }

    /// Makes an empty mbuf the packet `number` of a trial.
    void write(rte_mbuf* mbuf, std::uint16_t trial, Stamp stamp) const;

    /// None when it is not a packet of this stream and trial.
    std::optional<Stamp> read(const rte_mbuf* mbuf, std::uint16_t trial) const;

private:
    /// Behind the UDP header, in the byte order of this machine, because only it reads them.
    struct [[gnu::packed]] Tag {
        std::uint64_t trial_and_number;  ///< 16 and 48 bits
        std::uint64_t sent;
    };

    FrameShape shape_;
    std::uint16_t ip_at_, udp_at_, tag_at_;
    std::vector<std::vector<std::uint8_t>> headers_;  ///< up to the tag, by index in the mix
};

}  // namespace ropewalk::perf::linerate
