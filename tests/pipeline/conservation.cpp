#include "tests/pipeline/conservation.hpp"

#include <gtest/gtest.h>

#include "config/region/drop_reasons.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using config::region::drop_reason_texts;
using config::region::DropStage;
using config::region::WorkerCounters;

std::uint64_t dropped_in(DropStage stage, const WorkerCounters& counters) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < drop_reason_texts.size(); ++i)
        if (drop_reason_texts[i].stage == stage) sum += counters.drops[i].get();
    return sum;
}

}  // namespace

void expect_every_packet_accounted_for(const WorkerCounters& counters, const PortTraffic& traffic) {
    std::uint64_t sealed = 0, injected = 0, delivered = 0, punted = 0, icmp = 0, copies = 0, not_sent = 0;
    for (const auto& tunnel : counters.tunnels) {
        sealed += tunnel.sealed_packets.get();
        injected += tunnel.injected_packets.get();
        delivered += tunnel.delivered_packets.get();
        punted += tunnel.punted_packets.get();
        icmp += tunnel.icmp_sent.get();
    }
    for (const auto& path : counters.paths) {
        copies += path.tx_copies.get();
        not_sent += path.tx_dropped.get();
        EXPECT_LE(path.rx_first.get() + path.rx_duplicate.get() + path.rx_refused.get(), path.rx_copies.get());
    }
    EXPECT_EQ(traffic.inside_rx + injected, sealed + dropped_in(DropStage::inside_rx, counters)) << "inside_rx";
    EXPECT_EQ(copies, traffic.wan_tx + dropped_in(DropStage::wan_tx, counters)) << "wan_tx";
    EXPECT_EQ(not_sent, dropped_in(DropStage::wan_tx, counters)) << "wan_tx by path";
    EXPECT_EQ(traffic.wan_rx, delivered + punted + dropped_in(DropStage::wan_rx, counters)) << "wan_rx";
    EXPECT_EQ(delivered + icmp, traffic.inside_tx + dropped_in(DropStage::inside_tx, counters)) << "inside_tx";
}

}  // namespace ropewalk::tests::pipeline
