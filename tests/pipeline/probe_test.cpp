#include <memory>

#include "dataplane/pipeline/injected.hpp"
#include "dataplane/pipeline/to_inside.hpp"
#include "dataplane/pipeline/to_paths.hpp"
#include "tests/pipeline/fixture.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using dataplane::headers::InsideEthernet;
using dataplane::packet::Burst;
using dataplane::packet::Packet;
using dataplane::pipeline::Stage;
using dataplane::stages::Context;
using packets::Bytes;

/// Writes down what it is told, and how far the packets were by then.
struct Notes {
    std::string& stages;
    std::string& progress;
    const Context& context;
    const CollectingEgress& egress;

    void passed(Stage stage) {
        const std::string name(dataplane::pipeline::stage_names[static_cast<std::size_t>(stage)]);
        stages.append(stages.empty() ? "" : " ").append(name);
        const auto& tunnel = context.counters.tunnels[0];
        const auto& path = context.counters.paths[0];
        progress += name + " sealed " + std::to_string(tunnel.sealed_packets.get()) + " sent " +
                    std::to_string(egress.wan_packets()) + " received " + std::to_string(path.rx_copies.get()) +
                    " delivered " + std::to_string(egress.inside_packets()) + "\n";
    }
};

/// Bursts go through the pipelines beside the gateways' own, with counters of the test.
class PipelineProbe : public TwoGateways {
protected:
    void TearDown() override {
        egress.take_wan();
        egress.take_inside();
        TwoGateways::TearDown();
    }
    Context context_of(GatewayUnderTest& gateway) {
        return {*section, gateway.control(), 0, *senders, *receivers, pool.get(), ethernet ? &*ethernet : nullptr};
    }
    static Burst burst_of(GatewayUnderTest& gateway, const std::vector<Bytes>& packets) {
        Burst burst;
        for (const Bytes& bytes : packets) burst.push(Packet::from(gateway.mbuf_of(bytes)));
        return burst;
    }
    void to_paths(const std::vector<Bytes>& packets) {
        Burst burst = burst_of(*edge, packets);
        Context context = context_of(*edge);
        dataplane::pipeline::to_paths(burst, edge->view(), context, egress, notes(context));
    }
    void to_inside(const Bytes& frame, const dataplane::stages::Shares& shares = {}) {
        Burst burst = burst_of(*hub, {frame});
        Context context = context_of(*hub);
        dataplane::pipeline::to_inside(burst, 0, shares, hub->view(), context, egress, notes(context));
    }
    Notes notes(const Context& context) { return {stages, progress, context, egress}; }

    std::unique_ptr<config::region::DataplaneSection> section = std::make_unique<config::region::DataplaneSection>();
    std::unique_ptr<dataplane::stages::PathSenders> senders = std::make_unique<dataplane::stages::PathSenders>();
    std::unique_ptr<dataplane::stages::PathReceivers> receivers = std::make_unique<dataplane::stages::PathReceivers>();
    std::optional<InsideEthernet> ethernet;
    CollectingEgress egress;
    std::string stages, progress;
};

TEST_F(PipelineProbe, is_told_the_stages_to_the_paths) {
    start();
    to_paths({inner(1), inner(2)});
    EXPECT_EQ(stages, "classify match_classes choose_paths seal fan_out");
}

TEST_F(PipelineProbe, is_told_the_stages_to_the_inside) {
    start();
    to_inside(copies_of(inner(1))[0].bytes);
    EXPECT_EQ(stages, "find_association deal precheck open deliver");
}

TEST_F(PipelineProbe, is_told_of_a_stage_when_its_work_is_done) {
    start();
    to_paths({inner(1)});
    EXPECT_EQ(progress,
              "classify sealed 0 sent 0 received 0 delivered 0\n"
              "match_classes sealed 0 sent 0 received 0 delivered 0\n"
              "choose_paths sealed 0 sent 0 received 0 delivered 0\n"
              "seal sealed 1 sent 0 received 0 delivered 0\n"
              "fan_out sealed 1 sent 3 received 0 delivered 0\n");
    progress.clear();
    to_inside(egress.take_wan()[0].bytes);
    EXPECT_EQ(progress,
              "find_association sealed 1 sent 3 received 1 delivered 0\n"
              "deal sealed 1 sent 3 received 1 delivered 0\n"
              "precheck sealed 1 sent 3 received 1 delivered 0\n"
              "open sealed 1 sent 3 received 1 delivered 0\n"
              "deliver sealed 1 sent 3 received 1 delivered 1\n");
}

TEST_F(PipelineProbe, is_told_each_part_that_is_sealed_by_itself) {
    start();
    to_paths(std::vector<Bytes>(16, inner(1, 1400)));
    EXPECT_EQ(stages, "classify match_classes choose_paths seal fan_out seal fan_out");
}

TEST_F(PipelineProbe, is_told_the_way_of_each_tunnel) {
    GatewayShape wanted;
    wanted.depot = GatewayShape::Depot::present;
    start(wanted);
    packets::IpFields to_depot;
    to_depot.destination = "192.0.2.3";
    to_paths({inner(1), packets::packet_of_size(to_depot, 100, 2)});
    EXPECT_EQ(stages,
              "classify match_classes choose_paths seal fan_out "
              "match_classes choose_paths seal fan_out");
}

TEST_F(PipelineProbe, is_told_no_stage_that_nothing_reaches) {
    start();
    to_paths({Bytes(60, 0x00)});
    EXPECT_EQ(stages, "classify");
}

TEST_F(PipelineProbe, is_told_of_headers_where_the_inside_is_a_port) {
    start();
    ethernet = InsideEthernet::between({2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 2}, 1500);
    Bytes frame{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0};
    const Bytes packet = inner(1);
    frame.insert(frame.end(), packet.begin(), packet.end());
    to_paths({frame});
    EXPECT_EQ(stages, "cut_ethernet classify match_classes choose_paths seal fan_out");
}

TEST_F(PipelineProbe, is_told_the_way_by_another_worker) {
    start();
    dataplane::packet::PacketRing ring;
    to_inside(copies_of(inner(1))[0].bytes, {.rings = {&ring}, .by_block = {0}});
    stages.clear();
    Burst burst;
    ring.pop(burst);
    ASSERT_EQ(burst.count, 1U);
    Context context = context_of(*hub);
    dataplane::pipeline::dealt_to_inside(burst, hub->view(), context, egress, notes(context));
    EXPECT_EQ(stages, "take_dealt precheck open deliver");
    EXPECT_EQ(egress.take_inside(), std::vector<Bytes>{inner(1)});
}

TEST_F(PipelineProbe, is_told_the_way_of_a_message) {
    start();
    Context context = context_of(*edge);
    const auto& tunnel = edge->tunnel();
    ASSERT_TRUE(config::region::ring_push(edge->inject_ring(), section->inject,
                                          {tunnel.slot, tunnel.paths[0].slot, context.now_ns, 0, {}}, Bytes{1}));
    dataplane::pipeline::send_injected(section->inject, edge->inject_ring(), edge->view(), context, egress,
                                       notes(context));
    EXPECT_EQ(stages, "seal fan_out");
}

/// Has one packet for the inside.
struct OneWaiting {
    Packet* packet;

    std::span<Packet*> waiting_inside() { return {&packet, 1}; }
    void keep_inside(std::uint16_t count) { EXPECT_EQ(count, 1U); }
    void flush_inside() { packet->free(); }
};

TEST_F(PipelineProbe, is_told_the_end_of_a_turn) {
    start();
    for (const char* const expected : {"publish_windows egress", "publish_windows put_ethernet egress"}) {
        OneWaiting waiting{Packet::from(hub->mbuf_of(inner(1)))};
        Context context = context_of(*hub);
        stages.clear();
        dataplane::pipeline::publish_and_flush_inside(hub->view(), context, waiting, notes(context));
        EXPECT_EQ(stages, expected);
        ethernet = InsideEthernet::between({2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 2}, 1500);
    }
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
