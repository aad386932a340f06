#pragma once

#include <span>
#include <vector>

#include <rte_mempool.h>

#include "dataplane/eal/eal.hpp"
#include "dataplane/eal/mempool.hpp"

struct rte_mbuf;

namespace ropewalk::tests::fuzz {

/// EAL and the packets of a program, made once. Throws when there is no memory.
class PacketMemory {
public:
    static PacketMemory& of_this_program();

    rte_mempool* pool() const { return pool_.get(); }
    /// Packets that nobody gave back.
    unsigned in_use() const { return rte_mempool_in_use_count(pool_.get()); }

private:
    PacketMemory();

    dataplane::eal::Eal eal_;
    dataplane::eal::Mempool pool_;
};

/// While it lives, whoever touches the buffers of these packets outside of their bytes is told of by the address
/// sanitizer, which knows nothing of pools. For ways on which no packet grows and none is made.
class Fenced {
public:
    explicit Fenced(const std::vector<rte_mbuf*>& mbufs);
    Fenced(const Fenced&) = delete;
    Fenced& operator=(const Fenced&) = delete;
    ~Fenced();

private:
    std::vector<std::span<std::uint8_t>> buffers_;
};

}  // namespace ropewalk::tests::fuzz
