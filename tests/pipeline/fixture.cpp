#include "tests/pipeline/fixture.hpp"

#include <algorithm>
#include <stdexcept>

#include <rte_mempool.h>

namespace ropewalk::tests::pipeline {

using packets::Bytes;

namespace {

constexpr std::uint32_t pool_mbufs = 1024;
constexpr std::uint16_t largest_packet = 9344;

dataplane::eal::Mempool make_pool() {
    auto pool = dataplane::eal::Mempool::make("test packets", pool_mbufs, largest_packet);
    if (!pool) throw std::runtime_error(pool.error().message);
    return std::move(*pool);
}

}  // namespace

TwoGateways::TwoGateways() : pool(make_pool()) {}

void TwoGateways::start(const GatewayShape& wanted) {
    stop();
    shape = wanted;
    edge.emplace(edge_yaml(shape), pool.get());
    hub.emplace(hub_yaml(shape), pool.get());
}

void TwoGateways::stop() {
    for (auto* gateway : {&edge, &hub}) {
        if (*gateway) (*gateway)->expect_every_packet_accounted_for();
        gateway->reset();
    }
}

void TwoGateways::TearDown() {
    stop();
    EXPECT_EQ(rte_mempool_in_use_count(pool.get()), 0U) << "packets that nobody gave back";
}

std::vector<Frame> TwoGateways::sent_for(const std::vector<Bytes>& inner) {
    edge->from_inside(inner);
    std::vector<Frame> frames = edge->take_sent();
    // Large bursts leave in parts, each on every path.
    std::ranges::stable_sort(frames, {}, &Frame::port);
    return frames;
}

std::vector<Frame> TwoGateways::copies_of(const Bytes& inner) {
    std::vector<Frame> copies = sent_for({inner});
    EXPECT_EQ(copies.size(), shape.paths - shape.without_next_hop.size());
    return copies;
}

void TwoGateways::carry(const std::vector<Frame>& frames) {
    for (const Frame& frame : frames) hub->from_wan(frame.port, {frame});
}

void TwoGateways::expect_passage(const Bytes& inner) {
    carry(copies_of(inner));
    const std::vector<Bytes> delivered = hub->take_delivered();
    ASSERT_EQ(delivered.size(), 1U);
    EXPECT_EQ(packets::to_hex(delivered.front()), packets::to_hex(inner));
}

Bytes TwoGateways::inner(std::uint64_t seed, std::size_t size) {
    return packets::packet_of_size({}, size, seed);
}

std::size_t esp_offset(const GatewayShape& shape) {
    return 14U + (shape.outer == 4 ? 20U : 40U) + 8U + (shape.wire == "ropewalk" ? 8U : 0U);
}

Bytes sealed_part(const GatewayShape& shape, const Frame& frame) {
    return {frame.bytes.begin() + static_cast<std::ptrdiff_t>(esp_offset(shape)), frame.bytes.end()};
}

}  // namespace ropewalk::tests::pipeline
