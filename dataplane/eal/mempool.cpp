#include "dataplane/eal/mempool.hpp"

#include <fmt/format.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

namespace ropewalk::dataplane::eal {

namespace {

/// Mbufs a core keeps to itself, last in first out, so that the working set stays in its caches.
constexpr unsigned cache_mbufs = 256;

}  // namespace

Result<Mempool> Mempool::make(const std::string& name, std::uint32_t mbufs, std::uint16_t room) {
    rte_mempool* pool = rte_pktmbuf_pool_create(name.c_str(), mbufs, cache_mbufs, 0,
                                                static_cast<std::uint16_t>(room + RTE_PKTMBUF_HEADROOM),
                                                static_cast<int>(rte_socket_id()));
    if (pool == nullptr)
        return fail(fmt::format("no memory for {} packet buffers of {} bytes ({} MiB): {}; raise dataplane.memory",
                                mbufs, room, (std::uint64_t{mbufs} * (room + 256U)) >> 20, rte_strerror(rte_errno)));
    return Mempool(pool);
}

}  // namespace ropewalk::dataplane::eal
