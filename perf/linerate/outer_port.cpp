#include "perf/linerate/outer_port.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <rte_cycles.h>

#include "dataplane/eal/network_card.hpp"
#include "perf/linerate/start_port.hpp"

namespace ropewalk::perf::linerate {

namespace {

constexpr unsigned link_wait_ms = 10'000;

bool is_pci(const std::string& device) {
    return !device.starts_with("net_") && !device.starts_with("eth_");
}

/// What DPDK calls the device: without its arguments, and a PCI address with its domain.
std::string name_of(const std::string& device) {
    constexpr std::size_t without_domain = 7;
    const std::string name = device.substr(0, device.find(','));
    return is_pci(device) && name.size() == without_domain ? "0000:" + name : name;
}

}  // namespace

Result<OuterPort> OuterPort::open(const std::string& device, rte_mempool* pool) {
    const std::string name = name_of(device);
    OuterPort port;
    if (rte_eth_dev_get_port_by_name(name.c_str(), &port.id_) != 0)
        return fail(is_pci(device) ? dataplane::eal::why_no_port(name) : fmt::format("DPDK has no port {}", name));
    if (auto started = start_port(port.id_, name, pool); !started) return tl::make_unexpected(started.error());
    rte_eth_promiscuous_enable(port.id_);

    rte_eth_link link{};
    for (unsigned waited = 0; link.link_status == 0 && waited < link_wait_ms; waited += 10) {
        rte_eth_link_get_nowait(port.id_, &link);
        if (link.link_status == 0) rte_delay_us_sleep(10'000);
    }
    if (link.link_status == 0)
        return fail(fmt::format("port {}: the link stayed down for {} s; is the other side running?", name,
                                link_wait_ms / 1000));
    rte_eth_dev_info info{};
    rte_eth_dev_info_get(port.id_, &info);
    port.driver_ = info.driver_name;
    if (is_pci(device) && link.link_speed != RTE_ETH_SPEED_NUM_NONE && link.link_speed != RTE_ETH_SPEED_NUM_UNKNOWN)
        port.line_bps_ = link.link_speed * 1e6;
    return port;
}

OuterPort::~OuterPort() {
    if (id_ == closed) return;
    rte_eth_dev_stop(id_);
    rte_eth_dev_close(id_);
}

std::array<std::uint8_t, 6> OuterPort::address() const {
    rte_ether_addr address{};
    rte_eth_macaddr_get(id_, &address);
    std::array<std::uint8_t, 6> bytes;
    std::copy(std::begin(address.addr_bytes), std::end(address.addr_bytes), bytes.begin());
    return bytes;
}

rte_eth_stats OuterPort::stats() const {
    rte_eth_stats stats{};
    rte_eth_stats_get(id_, &stats);
    return stats;
}

}  // namespace ropewalk::perf::linerate
