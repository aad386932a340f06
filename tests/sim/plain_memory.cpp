#include "tests/sim/plain_memory.hpp"

#include <cstdio>
#include <stdexcept>

#include <rte_mempool.h>

namespace ropewalk::tests::sim {

/// The pool's driver: a stack of pointers.
struct PlainMemoryOps {
    static PlainMemory& of(const rte_mempool* pool) { return *static_cast<PlainMemory*>(pool->pool_data); }
    static int allocate(rte_mempool*) { return 0; }
    static int enqueue(rte_mempool* pool, void* const* objects, unsigned count) {
        of(pool).free_.insert(of(pool).free_.end(), objects, objects + count);
        return 0;
    }
    static int dequeue(rte_mempool* pool, void** objects, unsigned count) {
        auto& free = of(pool).free_;
        if (free.size() < count) return -ENOBUFS;
        for (unsigned i = 0; i < count; ++i) {
            objects[i] = free.back();
            free.pop_back();
        }
        return 0;
    }
    static unsigned count(const rte_mempool* pool) { return static_cast<unsigned>(of(pool).free_.size()); }

    static int registered() {
        rte_mempool_ops ops{};
        std::snprintf(ops.name, sizeof ops.name, "plain_memory");
        ops.alloc = allocate;
        ops.enqueue = enqueue;
        ops.dequeue = dequeue;
        ops.get_count = count;
        return rte_mempool_register_ops(&ops);
    }
};

namespace {

constexpr std::uint16_t data_room = RTE_PKTMBUF_HEADROOM + 2048;
constexpr std::size_t alignment = 64;
constexpr std::size_t object_bytes = sizeof(rte_mempool_objhdr) + sizeof(rte_mbuf) + data_room + alignment;

void* aligned(std::uint8_t* at) {
    return reinterpret_cast<void*>((reinterpret_cast<std::uintptr_t>(at) + alignment - 1) & ~(alignment - 1));
}

}  // namespace

PlainMemory::PlainMemory(std::uint32_t mbufs)
    : head_(new std::uint8_t[sizeof(rte_mempool) + sizeof(rte_pktmbuf_pool_private) + alignment]()) {
    static const int ops_index = PlainMemoryOps::registered();
    if (ops_index < 0) throw std::runtime_error("no room for another pool driver");
    pool_ = static_cast<rte_mempool*>(aligned(head_.get()));
    pool_->pool_data = this;
    pool_->size = mbufs;
    pool_->elt_size = sizeof(rte_mbuf) + data_room;
    pool_->header_size = sizeof(rte_mempool_objhdr);
    pool_->private_data_size = sizeof(rte_pktmbuf_pool_private);
    pool_->ops_index = ops_index;
    auto* const own = static_cast<rte_pktmbuf_pool_private*>(rte_mempool_get_priv(pool_));
    own->mbuf_data_room_size = data_room;
    for (std::uint32_t i = 0; i < mbufs; ++i) {
        memory_.emplace_back(new std::uint8_t[object_bytes]());
        void* const object = aligned(memory_.back().get() + sizeof(rte_mempool_objhdr));
        rte_mempool_get_header(object)->mp = pool_;
        rte_pktmbuf_init(pool_, nullptr, object, i);
        all_.push_back(object);
    }
    free_ = all_;
}

void PlainMemory::squeeze_to(std::uint32_t mbufs) {
    while (free_.size() > mbufs) {
        withheld_.push_back(free_.back());
        free_.pop_back();
    }
}

void PlainMemory::relax() {
    free_.insert(free_.end(), withheld_.begin(), withheld_.end());
    withheld_.clear();
}

void PlainMemory::take_all_back() {
    const bool squeezed = !withheld_.empty();
    const std::size_t left = all_.size() - withheld_.size();
    withheld_.clear();
    free_ = all_;
    for (std::size_t i = 0; i < all_.size(); ++i) rte_pktmbuf_init(pool_, nullptr, all_[i], static_cast<unsigned>(i));
    if (squeezed) squeeze_to(static_cast<std::uint32_t>(left));
}

}  // namespace ropewalk::tests::sim
