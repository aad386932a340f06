#pragma once

#include <map>
#include <optional>

#include "tests/lab/wanem/udp_frame.hpp"

namespace ropewalk::tests::lab::wanem {

/// A plain UDP relay on the way, such as socat: the far end sees the relay's address and a port of its own for every
/// flow, and what it sends back to them reaches the near end with the far end as its source, as before.
class Relay {
public:
    /// The first flow gets `outside`, the next ones its address with the ports after it; nothing switches the relay
    /// off. Flows begin anew.
    void set(const std::optional<Endpoint>& outside);

    void outbound(UdpFrame& frame);
    void inbound(UdpFrame& frame) const;

private:
    std::optional<Endpoint> next_;
    std::map<Endpoint, Endpoint> outside_of_, inside_of_;
};

}  // namespace ropewalk::tests::lab::wanem
