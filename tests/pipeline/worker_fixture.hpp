#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/region/received.hpp"
#include "dataplane/worker/worker.hpp"
#include "tests/pipeline/conservation.hpp"
#include "tests/pipeline/fixture.hpp"
#include "tests/pipeline/ring_port.hpp"

namespace ropewalk::tests::pipeline {

/// A worker of the edge between ports that are rings; the hub at the far end is a gateway without ports.
class WorkerTest : public TwoGateways {
protected:
    void start_worker(unsigned wan_capacity = 1023, unsigned inside_capacity = 1023) {
        start();
        if (ethernet) ethernet_now = &*ethernet;
        for (int path = 1; path <= 3; ++path)
            wan.push_back(std::make_unique<RingPort>("wan" + std::to_string(path), pool.get(), wan_capacity));
        inside = std::make_unique<RingPort>("inside", pool.get(), inside_capacity);
        worker.emplace(dataplane::worker::WorkerSetup{.inside = inside->burst_port(),
                                                      .idle = config::IdleMode::adaptive,
                                                      .turn = {.hops = &hops,
                                                               .pool = pool.get(),
                                                               .view = &cell,
                                                               .section = section.get(),
                                                               .control = control.get(),
                                                               .senders = senders.get(),
                                                               .index = 0,
                                                               .ethernet = ethernet ? &ethernet_now : nullptr}});
        for (std::uint16_t port = 0; port < wan.size(); ++port) {
            const dataplane::eal::BurstPort ring = wan[port]->burst_port();
            worker->add_wan(port, {{ring}, port == 0 && first_sender ? *first_sender : ring});
        }
        edge->write_orders(*control);
        cell.current = &edge->view();
    }
    void TearDown() override {
        PortTraffic traffic{counters().inside_rx_packets.get(), counters().inside_tx_packets.get()};
        for (const auto& port : counters().ports) {
            traffic.wan_rx += port.rx_packets.get();
            traffic.wan_tx += port.tx_packets.get();
        }
        expect_every_packet_accounted_for(counters(), traffic);
        worker.reset();
        wan.clear();
        inside.reset();
        TwoGateways::TearDown();
    }

    /// What the worker sent on all WAN ports, handed to the hub.
    void carry_to_hub() {
        for (std::uint16_t port = 0; port < wan.size(); ++port)
            for (const packets::Bytes& frame : wan[port]->take_sent()) hub->from_wan(port, {Frame{port, frame}});
    }
    /// Copies of packets from the hub's users, put on the wires to the worker.
    void hub_sends(const std::vector<packets::Bytes>& packets) {
        hub->from_inside(packets);
        for (const Frame& frame : hub->take_sent()) wan[frame.port]->arrive({frame.bytes});
    }
    static packets::Bytes answer(std::uint64_t seed) {
        packets::IpFields fields;
        std::swap(fields.source, fields.destination);
        return packets::packet_of_size(fields, 100, seed);
    }
    std::uint64_t dropped(DropReason reason) const { return counters().drops[static_cast<std::size_t>(reason)].get(); }
    const config::region::WorkerCounters& counters() const { return section->counters[0]; }
    std::uint64_t received() const { return config::region::newest_received(*section, edge->tunnel().rx_key_id); }

    std::unique_ptr<config::region::DataplaneSection> section = std::make_unique<config::region::DataplaneSection>();
    std::unique_ptr<config::region::ControlSection> control = std::make_unique<config::region::ControlSection>();
    std::unique_ptr<dataplane::stages::PathSenders> senders = std::make_unique<dataplane::stages::PathSenders>();
    dataplane::worker::WorkerHops hops;
    std::vector<std::unique_ptr<RingPort>> wan;
    std::unique_ptr<RingPort> inside;
    /// To be set before start_worker() where something else than a ring takes the copies of path 1.
    std::optional<dataplane::eal::BurstPort> first_sender;
    /// To be set before start_worker() where the inside is Ethernet.
    std::optional<dataplane::headers::InsideEthernet> ethernet;
    std::atomic<const dataplane::headers::InsideEthernet*> ethernet_now{nullptr};
    dataplane::channel::ViewCell cell;
    std::optional<dataplane::worker::Worker> worker;
};

}  // namespace ropewalk::tests::pipeline
