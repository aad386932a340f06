#include "dataplane/inside.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ropewalk::dataplane {

using config::PortDriver;
using config::region::PortRecord;
using config::region::View;

namespace {

Result<void> check_queues(const PortRecord& record, const eal::Port& port, std::uint16_t workers) {
    const auto most = port.most_queues();
    const std::uint16_t pairs = std::min(most.receive, most.transmit);
    if (pairs >= workers) return {};
    const std::string advice =
        record.driver == PortDriver::memif
            ? fmt::format("list the workers in ports.{}.queues, and give the other end of the memif as many queues",
                          record.name.data())
            : "take fewer workers, or a device with more queues";
    return fail(fmt::format("inside.port: {} has {} queue{} each way, and each of the {} workers needs one; {}",
                            record.name.data(), pairs, pairs == 1 ? "" : "s", workers, advice));
}

std::string address_text(const std::array<std::uint8_t, 6>& address) {
    return fmt::format("{:02x}", fmt::join(address, ":"));
}

}  // namespace

Result<Inside> Inside::open(const View& snapshot, rte_mempool* pool, const std::atomic<bool>& stop) {
    return snapshot.inside_port() == nullptr ? open_tun(snapshot, pool) : open_port(snapshot, pool, stop);
}

Result<Inside> Inside::open_tun(const View& snapshot, rte_mempool* pool) {
    const auto& boot = snapshot.header().boot;
    auto tun = eal::Tun::open(boot.inside_interface.data(), boot.workers, pool);
    if (!tun) return tl::make_unexpected(tun.error());
    Inside inside;
    inside.way_ = fmt::format("{}; {}", tun->way(), tun->flows());
    inside.tun_.emplace(std::move(*tun));
    return inside;
}

Result<Inside> Inside::open_port(const View& snapshot, rte_mempool* pool, const std::atomic<bool>& stop) {
    const auto& boot = snapshot.header().boot;
    const PortRecord& record = *snapshot.inside_port();
    auto port = eal::Port::open(record);
    if (!port) return tl::make_unexpected(port.error());
    if (auto enough = check_queues(record, *port, boot.workers); !enough) return tl::make_unexpected(enough.error());
    if (auto started = port->start({boot.workers, boot.workers}, pool, eal::Traffic::users, stop); !started)
        return tl::make_unexpected(started.error());
    // Its address stands before every packet for the users, so that it must be there from the start.
    if (port->is_interface())
        if (auto taken = port->take_up(); !taken) return tl::make_unexpected(taken.error());
    Inside inside;
    inside.ethernet_ = std::make_unique<Ethernet>();
    inside.set_address(snapshot, port->address());
    inside.way_ = fmt::format("port {}, whose Ethernet address is {}; users' router {}; {}", record.name.data(),
                              address_text(port->address()), address_text(boot.inside_next_hop),
                              boot.workers == 1 ? "one queue" : "a queue for each worker");
    inside.port_.emplace(std::move(*port));
    return inside;
}

void Inside::set_address(const View& snapshot, const std::array<std::uint8_t, 6>& address) {
    const auto& boot = snapshot.header().boot;
    const auto ethernet = headers::InsideEthernet::between(address, boot.inside_next_hop, snapshot.inside_port()->mtu);
    ethernet_->now.store(&ethernet_->by_address.try_emplace(address, ethernet).first->second,
                         std::memory_order_release);
}

eal::BurstPort Inside::queue_of(std::uint16_t worker) {
    return tun_ ? tun_->burst_port(worker) : port_->queue(worker);
}

void Inside::announce(const View& snapshot, config::region::DataplaneSection& section) const {
    const auto& boot = snapshot.header().boot;
    if (!port_) return;
    auto& status = section.ports[snapshot.inside_port()->slot];
    status.receive_queues.store(static_cast<std::uint8_t>(boot.workers));
    status.transmit_queues.store(static_cast<std::uint8_t>(boot.workers));
    for (std::uint16_t worker = 0; worker < boot.workers; ++worker) {
        status.receive_workers[worker].store(static_cast<std::uint8_t>(worker));
        status.deal[worker].store(0);
        status.senders[worker].store(static_cast<std::uint8_t>(worker));
    }
}

void Inside::watch(const View& snapshot, PortWatch& watch) {
    if (port_) watch.add(*snapshot.inside_port(), *port_);
}

}  // namespace ropewalk::dataplane
