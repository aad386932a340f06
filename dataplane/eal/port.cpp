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

/// The tun driver offers every descriptor to each read as one more segment; one buffer holds any packet, so few do.
constexpr std::uint16_t inside_rx_descriptors = 4;

struct Device {
    std::string name;       ///< of the DPDK device
    std::string arguments;  ///< of its driver
    bool is_virtual = true;
};

/// Ring of the af_packet driver: frames hold a whole packet and the kernel's header, blocks hold whole frames.
std::string af_packet_arguments(const PortRecord& record) {
    constexpr unsigned kernel_header = 128;
    unsigned frame = 2048;
    while (frame < record.mtu + 14U + kernel_header) frame *= 2;
    const unsigned block = std::max(frame, 65536U);
    const unsigned frames = frame > 4096 ? 1024 : 4096;
    return fmt::format("iface={},blocksz={},framesz={},framecnt={},qpairs=1,qdisc_bypass=1", record.device.data(),
                       block, frame, frames);
}

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
            return Device{"net_af_packet_" + name, af_packet_arguments(record)};
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

Result<Port> Port::open(const PortRecord& record, rte_mempool* pool) {
    const auto device = device_of(record);
    if (!device) return tl::make_unexpected(device.error());
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
                 {record.driver == DriverCode::pci ? record.mtu : std::uint16_t{0}, port_descriptors,
                  connects ? "connecting to the memif server (start it first)" : "starting the port"},
                 pool);
}

Result<Port> Port::open_inside(const std::string& interface, rte_mempool* pool) {
    if (if_nametoindex(interface.c_str()) != 0)
        return fail(
            fmt::format("inside.interface: '{}' exists already and is not ours; choose another name or remove it "
                        "(ip link del {})",
                        interface, interface));
    const std::string name = "net_tun_" + interface;
    const std::string arguments = "iface=" + interface;
    std::uint16_t id = closed;
    if (rte_vdev_init(name.c_str(), arguments.c_str()) != 0 || rte_eth_dev_get_port_by_name(name.c_str(), &id) != 0)
        return fail(
            fmt::format("inside.interface: could not make '{}' (is /dev/net/tun there, and are we root?)", interface));
    return start(id, "inside.interface", {0, inside_rx_descriptors, "starting the port"}, pool);
}

Result<Port> Port::start(std::uint16_t id, const std::string& what, const Setup& setup, rte_mempool* pool) {
    Port port(id);
    const auto problem = [&](const char* step, int code) {
        return fail(fmt::format("{}: {} failed: {}", what, step, rte_strerror(-code)));
    };
    rte_eth_conf configuration{};
    configuration.rxmode.mtu = setup.mtu;
    std::uint16_t rx_descriptors = setup.rx_descriptors, tx_descriptors = port_descriptors;
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

Port::Port(Port&& other) noexcept : id_(std::exchange(other.id_, closed)) {}

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
