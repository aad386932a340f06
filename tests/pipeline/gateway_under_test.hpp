#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/snapshot/build.hpp"
#include "dataplane/channel/compiled_routes.hpp"
#include "dataplane/channel/tunnel_registry.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/view/config_view.hpp"
#include "tests/packets/bytes.hpp"
#include "tests/packets/temporary_folder.hpp"
#include "tests/pipeline/collecting_egress.hpp"

namespace ropewalk::tests::pipeline {

/// A gateway's dataplane without ports: YAML becomes a snapshot and a compiled view as in the real one, packets go in
/// as bytes and come out as bytes, counters are those of one worker.
class GatewayUnderTest {
public:
    GatewayUnderTest(const std::string& yaml, rte_mempool* pool);

    /// Takes over another configuration as a reload does, between two bursts; the same ports must be in it. States
    /// that it does not use any more are forgotten.
    void reload(const std::string& yaml);

    /// The peer of the first tunnel has announced that many shards.
    void peer_announces(std::uint8_t shards) {
        announced_shards_ = shards;
        write_orders(*control_);
    }

    /// Writes into the cells of a control what they say while each path that has a next hop may be used.
    void write_orders(config::region::ControlSection& control) const;

    /// What this gateway's control says to it.
    config::region::ControlSection& control() { return *control_; }

    /// One burst from the inside port; at most 64 packets.
    void from_inside(const std::vector<packets::Bytes>& packets);
    /// One burst from a WAN port; at most 64 frames, whatever port they were sent on.
    void from_wan(std::uint16_t port, const std::vector<Frame>& frames);
    /// The same with mbufs made by the test.
    void mbufs_from_inside(const std::vector<rte_mbuf*>& mbufs);
    void mbufs_from_wan(std::uint16_t port, const std::vector<rte_mbuf*>& mbufs);
    /// A message as control would push it, and the turn that sends it.
    void inject(std::uint32_t tunnel_slot, std::uint32_t path_slot, const packets::Bytes& message,
                std::uint16_t padded_bytes = 0);

    std::vector<Frame> take_sent() { return egress_.take_wan(); }
    std::vector<packets::Bytes> take_delivered() { return egress_.take_inside(); }
    /// The next message handed to control.
    std::optional<config::region::Message> take_punted();

    const dataplane::view::ConfigView& view() const { return *view_; }
    const dataplane::view::TunnelView& tunnel(std::size_t index = 0) const { return view_->tunnels[index]; }
    dataplane::stages::Context& context() { return context_; }
    dataplane::channel::TunnelRegistry& registry() { return registry_; }
    const std::string& state_dir() const { return state_dir_.path(); }
    config::region::RingProducerHalf& inject_ring() { return control_->inject; }

    std::uint64_t dropped(config::region::DropReason reason) const;
    std::uint64_t dropped_in_all() const;
    const config::region::TunnelCounters& tunnel_counters(std::size_t index = 0) const;
    /// `path` counts from 1, as in the names.
    const config::region::PathCounters& path_counters(unsigned path, std::size_t tunnel_index = 0) const;
    const config::region::PathSignals& path_signals(unsigned path) const {
        return section_->signals[0][view_->tunnels.front().paths.at(path - 1).slot];
    }

    /// Of the first tunnel.
    const config::region::TunnelSignals& tunnel_signals() const {
        return section_->tunnel_signals[0][view_->tunnels.front().slot];
    }

    /// The equations of config/region/drop_reasons.hpp, over the whole life of the gateway.
    void expect_every_packet_accounted_for() const;

    /// A packet in this gateway's memory.
    rte_mbuf* mbuf_of(const packets::Bytes& bytes);

private:
    packets::TemporaryFolder state_dir_;
    std::unique_ptr<config::region::DataplaneSection> section_;
    std::unique_ptr<config::region::ControlSection> control_;
    std::unique_ptr<dataplane::stages::PathSenders> senders_;
    std::unique_ptr<dataplane::stages::PathReceivers> receivers_;
    dataplane::channel::TunnelRegistry registry_;
    dataplane::channel::CompiledRoutes routes_;
    config::schema::Gateway configuration_;
    config::snapshot::Resolved resolved_;
    std::uint8_t announced_shards_ = 1;
    std::unique_ptr<dataplane::view::ConfigView> view_;
    dataplane::stages::Context context_;
    CollectingEgress egress_;
    std::uint64_t generation_ = 0;
    std::uint64_t from_inside_ = 0, from_wan_ = 0;
};

}  // namespace ropewalk::tests::pipeline
