#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "config/result.hpp"
#include "tests/tools/udp_endpoint.hpp"

namespace ropewalk::tests::tools {

struct SendOrder {
    UdpEndpoint to;
    std::optional<UdpEndpoint> bind;
    std::optional<std::uint64_t> count;  ///< without it, until the process is told to stop
    std::uint64_t packets_per_second = 0;
    std::size_t payload_bytes = 0;
    /// The interface that packets leave by: the sender waits while whoever reads it is far behind. Empty: it never
    /// waits.
    std::string device = {};
    std::string counters = "/proc/net/dev";  ///< where that interface is counted
};

/// What the sender did. A number the kernel refused (no route while an interface is gone, say) is not sent again.
struct SendReport {
    std::uint64_t sent = 0;
    std::uint64_t refused = 0;
    std::string last_refusal;
};

/// Sends packets from number 0 on, each at its own time on an absolute clock, then a few end marks. Blocks.
Result<SendReport> send_stream(const SendOrder& order);

}  // namespace ropewalk::tests::tools
