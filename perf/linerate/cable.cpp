#include "perf/linerate/cable.hpp"

#include <fmt/format.h>
#include <rte_errno.h>
#include <rte_eth_ring.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

#include "perf/linerate/start_port.hpp"

namespace ropewalk::perf::linerate {

void Cable::Free::operator()(rte_ring* ring) const {
    rte_mbuf* mbuf = nullptr;
    while (rte_ring_dequeue(ring, reinterpret_cast<void**>(&mbuf)) == 0) rte_pktmbuf_free(mbuf);
    rte_ring_free(ring);
}

Result<Cable::Ring> Cable::make_ring(const std::string& name, unsigned packets) {
    rte_ring* const ring =
        rte_ring_create(name.c_str(), packets, static_cast<int>(rte_socket_id()), RING_F_SP_ENQ | RING_F_SC_DEQ);
    if (ring == nullptr)
        return fail(fmt::format("no ring of {} packets for {}: {}", packets, name, rte_strerror(rte_errno)));
    return Ring(ring);
}

Result<std::uint16_t> Cable::make_port(const std::string& name, rte_ring* receives, rte_ring* sends,
                                       rte_mempool* pool) {
    const int id = rte_eth_from_rings(name.c_str(), &receives, 1, &sends, 1, rte_socket_id());
    if (id < 0) return fail(fmt::format("port {}: net_ring could not be made: {}", name, rte_strerror(rte_errno)));
    if (auto started = start_port(static_cast<std::uint16_t>(id), name, pool); !started)
        return tl::make_unexpected(started.error());
    return static_cast<std::uint16_t>(id);
}

Result<Cable> Cable::between_two(const std::string& name, unsigned packets, rte_mempool* pool) {
    auto rightward = make_ring(name + "_r", packets);
    if (!rightward) return tl::make_unexpected(rightward.error());
    auto leftward = make_ring(name + "_l", packets);
    if (!leftward) return tl::make_unexpected(leftward.error());
    const auto left = make_port(name + "_l", leftward->get(), rightward->get(), pool);
    if (!left) return tl::make_unexpected(left.error());
    const auto right = make_port(name + "_r", rightward->get(), leftward->get(), pool);
    if (!right) return tl::make_unexpected(right.error());
    Cable cable;
    cable.rings_.push_back(std::move(*rightward));
    cable.rings_.push_back(std::move(*leftward));
    cable.left_ = *left;
    cable.right_ = *right;
    return cable;
}

Result<Cable> Cable::back_to_itself(const std::string& name, unsigned packets, rte_mempool* pool) {
    auto ring = make_ring(name, packets);
    if (!ring) return tl::make_unexpected(ring.error());
    const auto port = make_port(name, ring->get(), ring->get(), pool);
    if (!port) return tl::make_unexpected(port.error());
    Cable cable;
    cable.rings_.push_back(std::move(*ring));
    cable.left_ = cable.right_ = *port;
    return cable;
}

}  // namespace ropewalk::perf::linerate
