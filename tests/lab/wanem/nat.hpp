#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "tests/lab/wanem/udp_frame.hpp"

namespace ropewalk::tests::lab::wanem {

/// A network address translator at the near end that keeps ports as they are, until it forgets its mappings: then every
/// flow goes on under a new source port, as behind a home router that was restarted or a carrier's NAT that timed out.
/// The address stays. Mappings do not depend on the far end (RFC 4787 section 4.1).
class Nat {
public:
    /// Ends all mappings; a flow gets its new port with its next packet from the near end.
    void rebind();

    void outbound(UdpFrame& frame);
    /// False when the frame is addressed to a mapping that has ended.
    bool inbound(UdpFrame& frame) const;

private:
    Endpoint new_outside_of(const Endpoint& inside);

    static constexpr std::uint16_t first_port = 40000, last_port = 65000;

    bool has_rebound_ = false;
    std::uint16_t next_port_ = first_port;
    std::map<Endpoint, Endpoint> outside_of_, inside_of_;
    std::set<Endpoint> ended_;
};

}  // namespace ropewalk::tests::lab::wanem
