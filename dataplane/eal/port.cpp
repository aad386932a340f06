#include "dataplane/eal/port.hpp"

#include <net/if.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <rte_bus_vdev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <spdlog/spdlog.h>

#include "dataplane/eal/memif_socket.hpp"

namespace ropewalk::dataplane::eal {

using config::PortDriver;
using config::region::LinkCode;
using config::region::PortRecord;

namespace {

struct Device {
    std::string name;       ///< of the DPDK device
    std::string arguments;  ///< of its driver
    bool is_virtual = true;
};

/// What a frame holds beside the IP packet: Ethernet with a VLAN tag, and room to begin the packet aligned.
constexpr unsigned frame_extra = 160;

/// A frame must fit one of its buffers: the packet path takes no packets in several pieces.
std::string memif_arguments(const PortRecord& record) {
    std::string arguments = fmt::format("socket={},socket-abstract=no,role={},id=0,bsize={}", record.device.data(),
                                        record.memif_server != 0 ? "server" : "client", frame_room(record));
    if (record.mac != std::array<std::uint8_t, 6>{})
        arguments += fmt::format(",mac={:02x}", fmt::join(record.mac, ":"));
    return arguments;
}

Result<Device> device_of(const PortRecord& record) {
    const std::string name = record.name.data();
    const std::string device = record.device.data();
    const bool needs_interface = record.driver == PortDriver::af_packet || record.driver == PortDriver::af_xdp;
    if (needs_interface && if_nametoindex(device.c_str()) == 0)
        return fail(
            fmt::format("ports.{}: no kernel interface '{}' here; `ip link` lists those there are", name, device));
    switch (record.driver) {
        case PortDriver::pci:
            return Device{device, "", false};
        case PortDriver::af_packet:
            return Device{};
        case PortDriver::af_xdp:
            return Device{"net_af_xdp_" + name, "iface=" + device};
        case PortDriver::tap:
            return Device{"net_tap_" + name, "iface=" + device};
        case PortDriver::memif:
            return Device{"net_memif_" + name, memif_arguments(record)};
        case PortDriver::null:
            return Device{"net_null_" + name, "no-rx=1"};
    }
    return fail(fmt::format("ports.{}: driver code {} is not known", name, static_cast<int>(record.driver)));
}

/// For the log; `fields` are those of RSS.
std::string receive_queues_text(std::uint16_t count, std::uint64_t fields) {
    if (count == 1) return "one receive queue";
    constexpr std::uint64_t with_ports = RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP;
    return fmt::format("{} receive queues, filled {}", count,
                       fields == 0 ? "as the device likes: its driver offers no RSS for such packets"
                       : (fields & with_ports) == 0
                           ? "by RSS over addresses alone: its driver offers none over UDP ports"
                           : "by RSS");
}

}  // namespace

std::uint16_t frame_room(const PortRecord& record) {
    constexpr unsigned usual = 2048, alignment = 1024;
    const unsigned needed = (record.mtu + frame_extra + alignment - 1) / alignment * alignment;
    return static_cast<std::uint16_t>(std::max(usual, needed));
}

Port::Port(std::uint16_t id, const PortRecord& record) : id_(id), record_(record) {}

Result<Port> Port::open(const PortRecord& record) {
    const auto device = device_of(record);
    if (!device) return tl::make_unexpected(device.error());
    if (record.driver == PortDriver::af_packet) return Port(none, record);
    const char* name = record.name.data();
    if (record.driver == PortDriver::memif && record.memif_server != 0)
        if (auto free = free_memif_socket(record.device.data()); !free)
            return fail(fmt::format("ports.{}.socket: {}", name, free.error().message));
    if (device->is_virtual && rte_vdev_init(device->name.c_str(), device->arguments.c_str()) != 0)
        return fail(fmt::format("ports.{}: DPDK could not make {} with '{}': {}", name, device->name, device->arguments,
                                rte_strerror(rte_errno)));
    std::uint16_t id = none;
    if (rte_eth_dev_get_port_by_name(device->name.c_str(), &id) != 0)
        return fail(device->is_virtual ? fmt::format("ports.{}: DPDK made {} but no port of it", name, device->name)
                                       : fmt::format("ports.{}.device: {}", name, why_no_port(device->name)));
    return Port(id, record);
}

Port::Queues Port::most_queues() const {
    if (id_ == none) return {config::region::max_workers, config::region::max_workers};
    // memif does not tell how many queues the other end has, and polling one that it lacks reads the memory of its
    // first one.
    if (record_.driver == PortDriver::memif) {
        const std::uint16_t listed = std::max<std::uint16_t>(record_.queue_count, 1);
        return {listed, listed};
    }
    rte_eth_dev_info info{};
    if (rte_eth_dev_info_get(id_, &info) != 0) return {0, 0};
    return {filled_receive_queues(info.driver_name, info.max_rx_queues), info.max_tx_queues};
}

Result<void> Port::start(const Queues& queues, rte_mempool* pool, Traffic traffic, const std::atomic<bool>& stop) {
    receive_queues_ = queues.receive;
    return id_ == none ? start_sockets(queues, pool) : start_ethdev(queues, pool, traffic, stop);
}

bool Port::waits_for_server() const {
    return record_.driver == PortDriver::memif && record_.memif_server == 0;
}

/// The driver asks once, and a server that is there but not started sends it away.
Result<void> Port::connect(const std::atomic<bool>& stop) {
    using namespace std::chrono_literals;
    constexpr auto between_attempts = 50ms, look_interval = 5ms;
    constexpr int looks = 200;
    bool said = false;
    for (; !stop.load(); std::this_thread::sleep_for(between_attempts)) {
        if (rte_eth_dev_start(id_) == 0) {
            rte_eth_link link{};
            for (int look = 0; look < looks && !stop.load(); ++look) {
                if (rte_eth_link_get_nowait(id_, &link) == 0 && link.link_status == RTE_ETH_LINK_UP) return {};
                std::this_thread::sleep_for(look_interval);
            }
            rte_eth_dev_stop(id_);
        }
        if (!said)
            spdlog::info("port {}: waiting for the process that is to be the server of the memif {}",
                         record_.name.data(), record_.device.data());
        said = true;
    }
    return fail(fmt::format("stopped while port {} waited for the server of its memif", record_.name.data()));
}

Result<void> Port::steer(std::span<const SteeringRule> rules) {
    if (id_ == none) {
        const auto receiving = std::span<const PacketPort>(sockets_).first(receive_queues_);
        auto steered = PacketPort::steer(receiving, rules);
        if (!steered) PacketPort::steer(receiving, {});
        return steered;
    }
    if (!rules_ && rules.empty()) return {};
    if (!rules_) rules_.emplace(id_);
    return rules_->set(rules);
}

Result<void> Port::start_sockets(const Queues& queues, rte_mempool* pool) {
    for (std::uint16_t queue = 0; queue < std::max(queues.receive, queues.transmit); ++queue) {
        auto socket = PacketPort::open(record_, pool);
        if (!socket) return tl::make_unexpected(socket.error());
        sockets_.push_back(std::move(*socket));
    }
    address_ = sockets_.front().address();
    interface_.emplace(record_.device.data());
    way_ = sockets_.front().way();
    return PacketPort::receive_on(record_, std::span(sockets_).first(queues.receive));
}

Result<void> Port::start_ethdev(const Queues& queues, rte_mempool* pool, Traffic traffic,
                                const std::atomic<bool>& stop) {
    const auto problem = [&](const char* step, int code) {
        return fail(fmt::format("ports.{}: {} failed: {}", record_.name.data(), step, rte_strerror(-code)));
    };
    rte_eth_dev_info info{};
    if (int code = rte_eth_dev_info_get(id_, &info); code != 0) return problem("asking what the port can do", code);
    const auto buffer = static_cast<std::uint16_t>(rte_pktmbuf_data_room_size(pool) - RTE_PKTMBUF_HEADROOM);
    if (const auto largest = largest_whole_mtu(info.driver_name, info.max_mtu, buffer);
        record_.driver == PortDriver::pci && record_.mtu > largest)
        return fail(
            fmt::format("ports.{}.mtu is {} bytes, but DPDK's driver of the card, {}, takes packets of {} at most",
                        record_.name.data(), record_.mtu, info.driver_name, largest));
    rte_eth_conf configuration{};
    // A kernel interface keeps its own.
    if (record_.driver == PortDriver::pci) configuration.rxmode.mtu = record_.mtu;
    // What has no such hash spreads flows by its own means.
    const std::uint64_t flows = hash_fields(traffic, info.flow_type_rss_offloads);
    if (queues.receive > 1 && flows != 0) {
        configuration.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
        configuration.rx_adv_conf.rss_conf.rss_hf = flows;
    }
    std::uint16_t rx_descriptors = port_descriptors, tx_descriptors = port_descriptors;
    if (int code = rte_eth_dev_configure(id_, queues.receive, queues.transmit, &configuration); code != 0)
        return problem("configuring the port", code);
    if (int code = rte_eth_dev_adjust_nb_rx_tx_desc(id_, &rx_descriptors, &tx_descriptors); code != 0)
        return problem("choosing queue sizes", code);
    const auto socket = static_cast<unsigned>(rte_eth_dev_socket_id(id_));
    for (std::uint16_t queue = 0; queue < queues.receive; ++queue)
        if (int code = rte_eth_rx_queue_setup(id_, queue, rx_descriptors, socket, nullptr, pool); code != 0)
            return problem("setting up a receive queue", code);
    for (std::uint16_t queue = 0; queue < queues.transmit; ++queue)
        if (int code = rte_eth_tx_queue_setup(id_, queue, tx_descriptors, socket, nullptr); code != 0)
            return problem("setting up a transmit queue", code);
    if (waits_for_server()) {
        if (auto connected = connect(stop); !connected) return connected;
    } else if (int code = rte_eth_dev_start(id_); code != 0) {
        return problem("starting the port", code);
    }
    for (std::uint16_t queue = 0; queue < std::max(queues.receive, queues.transmit); ++queue)
        queues_.push_back({id_, queue});
    rte_ether_addr address{};
    rte_eth_macaddr_get(id_, &address);
    std::copy(std::begin(address.addr_bytes), std::end(address.addr_bytes), address_.begin());
    device_driver_ = info.driver_name;
    // Its driver calls the link up whatever the interface does.
    if (record_.driver == PortDriver::af_xdp) interface_.emplace(record_.device.data());
    if (record_.driver == PortDriver::pci)
        way_ = fmt::format("driver {}, Ethernet address {:02x}, {}", info.driver_name, fmt::join(address_, ":"),
                           receive_queues_text(queues.receive, flows));
    return {};
}

Link Port::look_at_link() {
    if (interface_) return interface_->look();
    rte_eth_link link{};
    if (rte_eth_link_get_nowait(id_, &link) != 0) return {};
    if (link.link_status != RTE_ETH_LINK_UP) return {LinkCode::down, 0};
    // A device that is software has a speed by its driver's invention only.
    const bool tells = record_.driver == PortDriver::pci && link.link_speed != RTE_ETH_SPEED_NUM_UNKNOWN;
    return {LinkCode::up, tells ? link.link_speed : 0};
}

Port::Port(Port&& other) noexcept
    : id_(std::exchange(other.id_, none)),
      record_(other.record_),
      address_(other.address_),
      device_driver_(std::move(other.device_driver_)),
      way_(std::move(other.way_)),
      interface_(std::move(other.interface_)),
      sockets_(std::move(other.sockets_)),
      queues_(std::move(other.queues_)),
      rules_(std::move(other.rules_)),
      receive_queues_(other.receive_queues_) {}

Port::~Port() {
    if (id_ == none) return;
    rules_.reset();
    rte_eth_dev_stop(id_);
    rte_eth_dev_close(id_);
}

BurstPort Port::queue(std::uint16_t number) {
    return sockets_.empty() ? BurstPort::of(queues_[number]) : BurstPort::of(sockets_[number]);
}

}  // namespace ropewalk::dataplane::eal
