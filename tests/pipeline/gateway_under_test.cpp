#include "tests/pipeline/gateway_under_test.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "config/snapshot/orders.hpp"
#include "dataplane/channel/compile_view.hpp"
#include "dataplane/pipeline/injected.hpp"
#include "dataplane/pipeline/to_inside.hpp"
#include "dataplane/pipeline/to_paths.hpp"
#include "tests/pipeline/conservation.hpp"
#include "tests/pipeline/snapshot_of.hpp"

namespace ropewalk::tests::pipeline {

using config::region::DropReason;
using dataplane::packet::Burst;
using dataplane::packet::burst_capacity;
using dataplane::packet::Packet;
using packets::Bytes;

namespace {

Burst burst_of(const std::vector<rte_mbuf*>& mbufs) {
    if (mbufs.size() > burst_capacity) throw std::logic_error("more packets than a burst holds");
    Burst burst;
    for (rte_mbuf* mbuf : mbufs) burst.push(Packet::from(mbuf));
    return burst;
}

}  // namespace

GatewayUnderTest::GatewayUnderTest(const std::string& yaml, rte_mempool* pool)
    : section_(std::make_unique<config::region::DataplaneSection>()),
      control_(std::make_unique<config::region::ControlSection>()),
      senders_(std::make_unique<dataplane::stages::PathSenders>()),
      receivers_(std::make_unique<dataplane::stages::PathReceivers>()),
      registry_(dataplane::channel::SequenceStore::open(state_dir_.path()).value(), *section_),
      context_(*section_, *control_, 0, *senders_, *receivers_, pool) {
    context_.now_ns = 1'000'000'000;
    reload(yaml);
}

void GatewayUnderTest::reload(const std::string& yaml) {
    configuration_ = configuration_of(yaml);
    const auto bytes = snapshot_of(configuration_, resolved_, ++generation_);
    const config::region::View snapshot(bytes);
    dataplane::channel::PortAddresses port_addresses{};
    for (const config::region::PortRecord& port : snapshot.ports())
        port_addresses[port.slot] = {0x02, 0, 0, 0, 0, static_cast<std::uint8_t>(port.slot + 1)};
    auto view = dataplane::channel::compile_view(snapshot, port_addresses, registry_, routes_);
    if (!view) throw std::runtime_error(view.error().message);
    view_ = std::move(*view);
    registry_.keep_only(*view_);
    write_orders(*control_);
}

void GatewayUnderTest::write_orders(config::region::ControlSection& control) const {
    config::snapshot::write_orders(configuration_, resolved_, control);
    const auto& first = view_->tunnels.front();
    control.tunnel_orders[first.slot].store({announced_shards_, config::region::TunnelOrder::tag_of(first.rx_key_id)});
}

rte_mbuf* GatewayUnderTest::mbuf_of(const Bytes& bytes) {
    rte_mbuf* mbuf = rte_pktmbuf_alloc(context_.pool);
    char* data = mbuf == nullptr ? nullptr : rte_pktmbuf_append(mbuf, static_cast<std::uint16_t>(bytes.size()));
    if (data == nullptr) throw std::logic_error("the test's pool is too small");
    std::copy(bytes.begin(), bytes.end(), data);
    return mbuf;
}

void GatewayUnderTest::mbufs_from_inside(const std::vector<rte_mbuf*>& mbufs) {
    Burst burst = burst_of(mbufs);
    from_inside_ += burst.count;
    dataplane::pipeline::to_paths(burst, *view_, context_, egress_);
}

void GatewayUnderTest::mbufs_from_wan(std::uint16_t port, const std::vector<rte_mbuf*>& mbufs) {
    Burst burst = burst_of(mbufs);
    from_wan_ += burst.count;
    dataplane::pipeline::to_inside(burst, port, {}, *view_, context_, egress_);
}

void GatewayUnderTest::from_inside(const std::vector<Bytes>& packets) {
    std::vector<rte_mbuf*> mbufs;
    for (const Bytes& bytes : packets) mbufs.push_back(mbuf_of(bytes));
    mbufs_from_inside(mbufs);
}

void GatewayUnderTest::from_wan(std::uint16_t port, const std::vector<Frame>& frames) {
    std::vector<rte_mbuf*> mbufs;
    for (const Frame& frame : frames) mbufs.push_back(mbuf_of(frame.bytes));
    mbufs_from_wan(port, mbufs);
}

void GatewayUnderTest::inject(std::uint32_t tunnel_slot, std::uint32_t path_slot, const Bytes& message,
                              std::uint16_t padded_bytes) {
    if (!config::region::ring_push(control_->inject, section_->inject,
                                   {tunnel_slot, path_slot, context_.now_ns, 0, {}, 0, padded_bytes}, message))
        throw std::logic_error("the inject ring is full");
    dataplane::pipeline::send_injected(section_->inject, control_->inject, *view_, context_, egress_);
}

std::optional<config::region::Message> GatewayUnderTest::take_punted() {
    config::region::Message message;
    if (!config::region::ring_pop(control_->punt[0], section_->punt[0], message)) return std::nullopt;
    return message;
}

std::uint64_t GatewayUnderTest::dropped(DropReason reason) const {
    return section_->counters[0].drops[static_cast<std::size_t>(reason)].get();
}

std::uint64_t GatewayUnderTest::dropped_in_all() const {
    std::uint64_t sum = 0;
    for (const auto& counter : section_->counters[0].drops) sum += counter.get();
    return sum;
}

const config::region::TunnelCounters& GatewayUnderTest::tunnel_counters(std::size_t index) const {
    return section_->counters[0].tunnels[view_->tunnels[index].slot];
}

const config::region::PathCounters& GatewayUnderTest::path_counters(unsigned path, std::size_t tunnel_index) const {
    return section_->counters[0].paths[view_->tunnels[tunnel_index].paths.at(path - 1).slot];
}

void GatewayUnderTest::expect_every_packet_accounted_for() const {
    pipeline::expect_every_packet_accounted_for(
        section_->counters[0], {from_inside_, egress_.inside_packets(), from_wan_, egress_.wan_packets()});
}

}  // namespace ropewalk::tests::pipeline
