#pragma once

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "config/region/drop_reasons.hpp"
#include "dataplane/eal/mempool.hpp"
#include "tests/packets/inner_packet.hpp"
#include "tests/pipeline/gateway_shape.hpp"
#include "tests/pipeline/gateway_under_test.hpp"

namespace ropewalk::tests::pipeline {

/// Two gateways that share a pool and nothing else; a test carries the frames between them. After every test every
/// packet must be accounted for by the counters and be back in the pool.
class TwoGateways : public ::testing::Test {
protected:
    using DropReason = config::region::DropReason;

    TwoGateways();
    /// Two new gateways; those before must have accounted for every packet.
    void start(const GatewayShape& shape = {});
    void stop();
    void TearDown() override;

    /// What the edge sends for these packets, by port: path 1's copies of all, then path 2's and so on.
    std::vector<Frame> sent_for(const std::vector<packets::Bytes>& inner);
    /// One inner packet's copies, by path.
    std::vector<Frame> copies_of(const packets::Bytes& inner);
    /// Hands frames to the hub, each on the port it was sent on, each in a burst of its own.
    void carry(const std::vector<Frame>& frames);
    /// The same as one burst, all on port 0: a hub with one WAN interface sees copies of several paths together.
    void carry_together(const std::vector<Frame>& frames) { hub->from_wan(0, frames); }

    /// Sends a packet from edge to hub over all paths and expects it to be delivered once and whole.
    void expect_passage(const packets::Bytes& inner);

    /// An inner IPv4 packet from the edge's users to the hub's, different for every seed.
    static packets::Bytes inner(std::uint64_t seed, std::size_t size = 100);

    GatewayShape shape;
    dataplane::eal::Mempool pool;
    std::optional<GatewayUnderTest> edge, hub;
};

/// From SPI to ICV: what all copies of a packet share.
packets::Bytes sealed_part(const GatewayShape& shape, const Frame& frame);
/// Where that begins in a frame.
std::size_t esp_offset(const GatewayShape& shape);

}  // namespace ropewalk::tests::pipeline
