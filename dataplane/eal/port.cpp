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

/// What DPDK's driver for af_xdp fills a queue with, and how often there is enough to fill it anew.
constexpr std::uint32_t xdp_queue_packets = 2048, xdp_exchanges = 2;

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

std::uint32_t spare_packets(const PortRecord& record) {
    return record.driver == PortDriver::af_xdp ? xdp_exchanges * xdp_queue_packets : 0;
}

Port::Port(std::uint16_t id, const PortRecord& record) : id_(id), record_(record) {
    if (is_interface()) look_.emplace(record.device.data());
}

Result<Port> Port::open(const PortRecord& record) {
    Port port(none, record);
    if (record.driver == PortDriver::memif && record.memif_server != 0)
        if (auto free = free_memif_socket(record.device.data()); !free)
            return fail(fmt::format("ports.{}.socket: {}", record.name.data(), free.error().message));
    if (!port.is_interface())
        if (auto made = port.make_ethdev(); !made) return tl::make_unexpected(made.error());
    return port;
}

Result<void> Port::make_ethdev() {
    const char* name = record_.name.data();
    const auto device = device_of(record_);
    if (!device) return tl::make_unexpected(device.error());
    if (device->is_virtual && rte_vdev_init(device->name.c_str(), device->arguments.c_str()) != 0)
        return fail(fmt::format("ports.{}: DPDK could not make {} with '{}': {}", name, device->name, device->arguments,
                                rte_strerror(rte_errno)));
    if (rte_eth_dev_get_port_by_name(device->name.c_str(), &id_) != 0)
        return fail(device->is_virtual ? fmt::format("ports.{}: DPDK made {} but no port of it", name, device->name)
                                       : fmt::format("ports.{}.device: {}", name, why_no_port(device->name)));
    return {};
}

bool Port::is_interface() const {
    return record_.driver == PortDriver::af_packet || record_.driver == PortDriver::af_xdp;
}

Port::Queues Port::most_queues() const {
    if (record_.driver == PortDriver::af_packet) return {config::region::max_workers, config::region::max_workers};
    // memif does not tell how many queues the other end has, and polling one that it lacks reads the memory of its
    // first one.
    if (record_.driver == PortDriver::memif) {
        const std::uint16_t listed = std::max<std::uint16_t>(record_.queue_count, 1);
        return {listed, listed};
    }
    // What DPDK's driver makes without being asked for more.
    if (record_.driver == PortDriver::af_xdp) return {1, 1};
    rte_eth_dev_info info{};
    if (rte_eth_dev_info_get(id_, &info) != 0) return {0, 0};
    return {filled_receive_queues(info.driver_name, info.max_rx_queues), info.max_tx_queues};
}

Result<void> Port::start(const Queues& queues, rte_mempool* pool, Traffic traffic, const std::atomic<bool>& stop) {
    wanted_ = queues;
    pool_ = pool;
    traffic_ = traffic;
    const std::uint16_t count = std::max(queues.receive, queues.transmit);
    if (record_.driver == PortDriver::af_packet) {
        auto sockets = PacketPorts::make(count, queues.receive, pool);
        if (!sockets) return fail(fmt::format("ports.{}: {}", record_.name.data(), sockets.error().message));
        sockets_.emplace(std::move(*sockets));
        return {};
    }
    if (record_.driver == PortDriver::af_xdp) {
        for (std::uint16_t queue = 0; queue < count; ++queue) exchanged_.emplace_back(queue);
        return {};
    }
    if (auto started = start_ethdev(queues, pool, traffic, stop); !started) return started;
    for (std::uint16_t queue = 0; queue < count; ++queue) queues_.push_back({id_, queue});
    return {};
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
    if (sockets_) return sockets_->steer(rules);
    if (id_ == none || (!rules_ && rules.empty())) return {};
    if (!rules_) rules_.emplace(id_);
    return rules_->set(rules);
}

Result<void> Port::expect(std::span<const UdpPorts> ports) {
    return sockets_ ? sockets_->expect(ports) : Result<void>{};
}

std::uint64_t Port::take_missed() {
    if (sockets_) return sockets_->take_missed();
    rte_eth_stats statistics{};
    if (id_ == none || rte_eth_stats_get(id_, &statistics) != 0) return 0;
    const std::uint64_t now = statistics.imissed + statistics.rx_nombuf;
    // A driver that begins anew at zero has lost what it had not told.
    return now - std::min(std::exchange(missed_, now), now);
}

unsigned Port::interface() const {
    return sockets_ ? sockets_->interface() : taken_up_;
}

void Port::follow(const PortRecord& record) {
    record_ = record;
    look_.emplace(record.device.data());
}

Result<void> Port::take_up() {
    const InterfaceState state = look_at_interface();
    if (state.index == 0)
        return fail(fmt::format("ports.{}: no kernel interface '{}' here; `ip link` lists those there are",
                                record_.name.data(), record_.device.data()));
    address_ = state.address;
    if (!sockets_) return take_up_ethdev();
    if (auto taken = sockets_->take_up(record_); !taken) return taken;
    way_ = sockets_->joining().sentence();
    return {};
}

Result<void> Port::take_up_ethdev() {
    // The other ports need what would be left.
    if (taken_up_before_ && rte_mempool_avail_count(pool_) < 2 * xdp_queue_packets)
        return fail(
            fmt::format("ports.{}: DPDK's driver for af_xdp has kept the packet buffers of interfaces that went "
                        "away, and too few are left to take this one up; restart the dataplane",
                        record_.name.data()));
    const std::atomic<bool> waits_for_nobody{true};
    auto made = make_ethdev();
    if (made) made = start_ethdev(wanted_, pool_, traffic_, waits_for_nobody);
    if (!made) {
        close_ethdev();
        return made;
    }
    taken_up_ = if_nametoindex(record_.device.data());
    taken_up_before_ = true;
    for (ExchangedQueue& queue : exchanged_) queue.ethdev.store(id_, std::memory_order_release);
    return {};
}

void Port::let_go() {
    if (sockets_) sockets_->let_go();
    for (ExchangedQueue& queue : exchanged_) queue.ethdev.store(ExchangedQueue::none, std::memory_order_release);
}

void Port::give_back() {
    if (sockets_) sockets_->give_back();
    if (is_interface()) close_ethdev();
    taken_up_ = 0;
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
    rte_ether_addr address{};
    rte_eth_macaddr_get(id_, &address);
    std::copy(std::begin(address.addr_bytes), std::end(address.addr_bytes), address_.begin());
    device_driver_ = info.driver_name;
    if (record_.driver == PortDriver::pci)
        way_ = fmt::format("driver {}, Ethernet address {:02x}, {}", info.driver_name, fmt::join(address_, ":"),
                           receive_queues_text(queues.receive, flows));
    return {};
}

Link Port::look_at_link() const {
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
      look_(std::move(other.look_)),
      sockets_(std::move(other.sockets_)),
      queues_(std::move(other.queues_)),
      exchanged_(std::move(other.exchanged_)),
      taken_up_(other.taken_up_),
      taken_up_before_(other.taken_up_before_),
      wanted_(other.wanted_),
      pool_(other.pool_),
      traffic_(other.traffic_),
      rules_(std::move(other.rules_)),
      missed_(other.missed_) {}

Port::~Port() {
    close_ethdev();
}

void Port::close_ethdev() {
    if (id_ == none) return;
    rules_.reset();
    rte_eth_dev_stop(id_);
    rte_eth_dev_close(id_);
    id_ = none;
    // So that a device of the same name can be made again.
    if (record_.driver == PortDriver::af_xdp) rte_vdev_uninit(device_of(record_)->name.c_str());
}

BurstPort Port::queue(std::uint16_t number) {
    if (sockets_) return BurstPort::of(sockets_->queue(number));
    return exchanged_.empty() ? BurstPort::of(queues_[number]) : BurstPort::of(exchanged_[number]);
}

}  // namespace ropewalk::dataplane::eal
