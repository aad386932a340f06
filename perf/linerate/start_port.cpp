#include "perf/linerate/start_port.hpp"

#include <fmt/format.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

namespace ropewalk::perf::linerate {

Result<void> start_port(std::uint16_t id, const std::string& name, rte_mempool* pool) {
    const auto problem = [&](const char* step, int code) {
        return fail(fmt::format("port {}: {} failed: {}", name, step, rte_strerror(-code)));
    };
    const rte_eth_conf configuration{};
    std::uint16_t rx_descriptors = 1024, tx_descriptors = 1024;
    const auto socket = static_cast<unsigned>(rte_eth_dev_socket_id(id));
    if (int code = rte_eth_dev_configure(id, 1, 1, &configuration); code != 0) return problem("configuring it", code);
    if (int code = rte_eth_dev_adjust_nb_rx_tx_desc(id, &rx_descriptors, &tx_descriptors); code != 0)
        return problem("choosing queue sizes", code);
    if (int code = rte_eth_rx_queue_setup(id, 0, rx_descriptors, socket, nullptr, pool); code != 0)
        return problem("setting up the receive queue", code);
    if (int code = rte_eth_tx_queue_setup(id, 0, tx_descriptors, socket, nullptr); code != 0)
        return problem("setting up the transmit queue", code);
    if (int code = rte_eth_dev_start(id); code != 0) return problem("starting it", code);
    return {};
}

}  // namespace ropewalk::perf::linerate
