#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <rte_mbuf.h>

namespace ropewalk::tests::sim {

/// A packet pool in ordinary memory, without EAL: the real mbufs, handed out last in, first out, always in the same
/// order. Buffers of a process that died are taken back all at once.
class PlainMemory {
public:
    explicit PlainMemory(std::uint32_t mbufs);
    PlainMemory(const PlainMemory&) = delete;
    PlainMemory& operator=(const PlainMemory&) = delete;

    rte_mempool* pool() { return pool_; }
    std::uint32_t in_use() const { return static_cast<std::uint32_t>(all_.size() - free_.size()) - withheld(); }
    /// Leaves at most so many buffers to be taken.
    void squeeze_to(std::uint32_t mbufs);
    void relax();
    void take_all_back();

private:
    friend struct PlainMemoryOps;
    std::uint32_t withheld() const { return static_cast<std::uint32_t>(withheld_.size()); }

    std::unique_ptr<std::uint8_t[]> head_;
    std::vector<std::unique_ptr<std::uint8_t[]>> memory_;
    rte_mempool* pool_;
    std::vector<void*> all_, free_, withheld_;
};

}  // namespace ropewalk::tests::sim
