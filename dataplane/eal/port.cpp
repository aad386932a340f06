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

/// What a frame holds beside the IP packet: Ethernet with a VLAN tag, and room to begin the packet aligned.
constexpr unsigned frame_extra = 160;

Result<Device> device_of(const PortRecord& record) {
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
            return Device{};
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
    const unsigned needed = (record.mtu + frame_extra + alignment - 1) / alignment * alignment;
    return static_cast<std::uint16_t>(std::max(usual, needed));
}

Result<Port> Port::open(const PortRecord& record, rte_mempool* pool) {
    const auto device = device_of(record);
    if (!device) return tl::make_unexpected(device.error());
    if (record.driver == DriverCode::af_packet) {
        auto kernel = PacketPort::open(record, pool);
        if (!kernel) return tl::make_unexpected(kernel.error());
        return Port(std::move(*kernel));
    }
    const std::string what = fmt::format("ports.{}", record.name.data());
    if (device->is_virtual && rte_vdev_init(device->name.c_str(), device->arguments.c_str()) != 0)
        return fail(fmt::format("{}: DPDK could not make {} with '{}': {}", what, device->name, device->arguments,
                                rte_strerror(rte_errno)));
    std::uint16_t id = closed;
    if (rte_eth_dev_get_port_by_name(device->name.c_str(), &id) != 0)
        return fail(
            fmt::format("{}: no DPDK port at PCI address {}; bind it first (dpdk-devbind.py --bind=vfio-pci {}) and "
                        "see that it is a "
                        "network card",
                        what, device->name, device->name));
    const bool connects = record.driver == DriverCode::memif && record.memif_server == 0;
    return start(id, what,
                 {record.driver == DriverCode::pci ? record.mtu : std::uint16_t{0},
                  connects ? "connecting to the memif server (start it first)" : "starting the port"},
                 pool);
}

Result<Port> Port::start(std::uint16_t id, const std::string& what, const Setup& setup, rte_mempool* pool) {
    Port port(id);
    const auto problem = [&](const char* step, int code) {
        return fail(fmt::format("{}: {} failed: {}", what, step, rte_strerror(-code)));
    };
    rte_eth_conf configuration{};
    configuration.rxmode.mtu = setup.mtu;
    std::uint16_t rx_descriptors = port_descriptors, tx_descriptors = port_descriptors;
    if (int code = rte_eth_dev_configure(id, 1, 1, &configuration); code != 0)
        return problem("configuring the port", code);
    if (int code = rte_eth_dev_adjust_nb_rx_tx_desc(id, &rx_descriptors, &tx_descriptors); code != 0)
        return problem("choosing queue sizes", code);
    const auto socket = static_cast<unsigned>(rte_eth_dev_socket_id(id));
    if (int code = rte_eth_rx_queue_setup(id, 0, rx_descriptors, socket, nullptr, pool); code != 0)
        return problem("setting up the receive queue", code);
    if (int code = rte_eth_tx_queue_setup(id, 0, tx_descriptors, socket, nullptr); code != 0)
        return problem("setting up the transmit queue", code);
    if (int code = rte_eth_dev_start(id); code != 0) return problem(setup.start_step, code);
    return port;
}

Port::Port(Port&& other) noexcept : id_(std::exchange(other.id_, closed)), kernel_(std::move(other.kernel_)) {}

Port::~Port() {
    if (id_ == closed) return;
    rte_eth_dev_stop(id_);
    rte_eth_dev_close(id_);
}

BurstPort Port::burst_port() const {
    if (kernel_ != nullptr) return BurstPort::of(*kernel_);
    return {[](void* port, rte_mbuf** mbufs, std::uint16_t count) {
                return rte_eth_rx_burst(*static_cast<const std::uint16_t*>(port), 0, mbufs, count);
            },
            [](void* port, rte_mbuf** mbufs, std::uint16_t count) {
                return rte_eth_tx_burst(*static_cast<const std::uint16_t*>(port), 0, mbufs, count);
            },
            const_cast<std::uint16_t*>(&id_)};
}

std::array<std::uint8_t, 6> Port::address() const {
    if (kernel_ != nullptr) return kernel_->address();
    rte_ether_addr address{};
    rte_eth_macaddr_get(id_, &address);
    std::array<std::uint8_t, 6> bytes;
    std::copy(std::begin(address.addr_bytes), std::end(address.addr_bytes), bytes.begin());
    return bytes;
}

}  // namespace ropewalk::dataplane::eal
