#pragma once

#include <chrono>

#include "config/result.hpp"
#include "tests/tools/stream_tally.hpp"
#include "tests/tools/udp_endpoint.hpp"

namespace ropewalk::tests::tools {

struct ReceiveOrder {
    UdpEndpoint listen;
    /// Ends when nothing came for so long, counted from the start or from the last packet.
    std::chrono::nanoseconds idle{};
};

/// Receives until the sender's end mark (and a short while on, for late duplicates), until idle, or until the process
/// is told to stop. Blocks.
Result<StreamTally> receive_stream(const ReceiveOrder& order);

}  // namespace ropewalk::tests::tools
