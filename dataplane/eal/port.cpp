#include "dataplane/eal/port.hpp"

#include <net/if.h>

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <rte_bus_vdev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mempool.h>

namespace ropewalk::dataplane::eal {

using config::snapshot::DriverCode;
using config::snapshot::PortRecord;

namespace {

struct Device {
    std::string name;       ///< of the DPDK device
    std::string arguments;  ///< of its driver
    bool is_virtual = true;
};

/// What a frame of the af_packet ring holds beside the IP packet: the kernel's header, Ethernet, alignment.
constexpr unsigned af_packet_extra = 160;

/// Ring of the af_packet driver. It takes frames to lie one behind the other over all blocks, so a block must hold
/// whole frames and nothing else: four frames of whole KiB are a whole number of pages.
std::string af_packet_arguments(const PortRecord& record, std::uint16_t queues) {
    constexpr unsigned frames_per_block = 4, frames = 4096, jumbo_frames = 1024;
    const unsigned frame = frame_room(record);
    return fmt::format("iface={},blocksz={},framesz={},framecnt={},qpairs={},qdisc_bypass=1", record.device.data(),
                       frames_per_block * frame, frame, frame > 4096 ? jumbo_frames : frames, queues);
}

Result<Device> device_of(const PortRecord& record, std::uint16_t queues) {
    const std::string name = record.name.data();
    const std::string device = record.device.data();
    const bool needs_interface = record.driver == DriverCode::af_packet || record.driver == DriverCode::af_xdp;
    if (needs_interface && if_nametoindex(device.c_str()) == 0)
        return fail(
            fmt::format("ports.{}: no kernel interface '{}' here; `ip link` lists those there are", name, device));
    switch (record.driver) {
        case DriverCode::pci:
            return Device{device, "", false};
        case DriverCode::af_packet:
            return Device{"net_af_packet_" + name, af_packet_arguments(record, queues)};
        case DriverCode::af_xdp:
            return Device{"net_af_xdp_" + name, "iface=" + device};
        case DriverCode::tap:
            return Device{"net_tap_" + name, "iface=" + device};
        case DriverCode::memif:
            return Device{"net_memif_" + name, fmt::format("socket={},socket-abstract=no,role={},id=0", device,
                                                           record.memif_server != 0 ? "server" : "client")};
        case DriverCode::null:
            return Device{"net_null_" + name, "no-rx=1"};
    }
    return fail(fmt::format("ports.{}: driver code {} is not known", name, static_cast<int>(record.driver)));
}

}  // namespace

std::uint16_t frame_room(const PortRecord& record) {
    constexpr unsigned usual = 2048, alignment = 1024;
    const unsigned needed = (record.mtu + af_packet_extra + alignment - 1) / alignment * alignment;
    return static_cast<std::uint16_t>(std::max(usual, needed));
}

Port::Port(std::uint16_t id, const PortRecord& record)
    : id_(id),
      what_(fmt::format("ports.{}", record.name.data())),
      mtu_(record.driver == DriverCode::pci ? record.mtu : std::uint16_t{0}),
      start_step_(record.driver == DriverCode::memif && record.memif_server == 0
                      ? "connecting to the memif server (start it first)"
                      : "starting the port") {}

Result<Port> Port::open(const PortRecord& record, std::uint16_t queues) {
    const auto device = device_of(record, queues);
    if (!device) return tl::make_unexpected(device.error());
    if (device->is_virtual && rte_vdev_init(device->name.c_str(), device->arguments.c_str()) != 0)
        return fail(fmt::format("ports.{}: DPDK could not make {} with '{}': {}", record.name.data(), device->name,
                                device->arguments, rte_strerror(rte_errno)));
    std::uint16_t id = closed;
    if (rte_eth_dev_get_port_by_name(device->name.c_str(), &id) != 0)
        return fail(
            fmt::format("ports.{}: no DPDK port at PCI address {}; bind it first (dpdk-devbind.py --bind=vfio-pci {}) "
                        "and see that it is a network card",
                        record.name.data(), device->name, device->name));
    return Port(id, record);
}

Port::Queues Port::most_queues() const {
    rte_eth_dev_info info{};
    if (rte_eth_dev_info_get(id_, &info) != 0) return {0, 0};
    return {info.max_rx_queues, info.max_tx_queues};
}

Result<void> Port::start(const Queues& queues, rte_mempool* pool) {
    const auto problem = [&](const char* step, int code) {
        return fail(fmt::format("{}: {} failed: {}", what_, step, rte_strerror(-code)));
    };
    rte_eth_dev_info info{};
    if (int code = rte_eth_dev_info_get(id_, &info); code != 0) return problem("asking what the port can do", code);
    rte_eth_conf configuration{};
    configuration.rxmode.mtu = mtu_;
    // Each path is a UDP flow of its own; what has no such hash, a kernel interface, spreads flows by its own means.
    const std::uint64_t flows =
        info.flow_type_rss_offloads & (RTE_ETH_RSS_NONFRAG_IPV4_UDP | RTE_ETH_RSS_NONFRAG_IPV6_UDP);
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
    if (int code = rte_eth_dev_start(id_); code != 0) return problem(start_step_, code);
    return {};
}

Port::Port(Port&& other) noexcept
    : id_(std::exchange(other.id_, closed)),
      what_(std::move(other.what_)),
      mtu_(other.mtu_),
      start_step_(other.start_step_) {}

Port::~Port() {
    if (id_ == closed) return;
    rte_eth_dev_stop(id_);
    rte_eth_dev_close(id_);
}

std::array<std::uint8_t, 6> Port::address() const {
    rte_ether_addr address{};
    rte_eth_macaddr_get(id_, &address);
    std::array<std::uint8_t, 6> bytes;
    std::copy(std::begin(address.addr_bytes), std::end(address.addr_bytes), bytes.begin());
    return bytes;
}

}  // namespace ropewalk::dataplane::eal
