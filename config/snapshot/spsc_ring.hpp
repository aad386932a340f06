#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "config/snapshot/limits.hpp"

/// A single-producer single-consumer ring of small messages between the two processes. The halves live in different
/// sections, so that each process writes only what it owns: the producer's half holds the messages and the tail, the
/// consumer's half the head. Life: both zero -> producer writes a cell, then releases the tail -> consumer acquires
/// the tail, reads the cell, then releases the head. A reader never trusts the other side's index beyond the mask.
namespace ropewalk::config::snapshot {

inline constexpr std::size_t message_capacity_bytes = 480;
inline constexpr std::size_t ring_cells = 256;

/// One control message on its way between control and a worker.
struct Message {
    std::uint32_t tunnel_slot;
    std::uint32_t path_slot;  ///< inject: 0xffffffff sends on every path; punt: path it came on, 0xffffffff unknown
    std::uint64_t time_ns;    ///< CLOCK_MONOTONIC when it was produced
    std::uint32_t size;       ///< bytes used
    std::uint32_t reserved;
    std::uint64_t sequence;  ///< punt: number of the packet that brought it; inject: 0
    std::array<std::uint8_t, message_capacity_bytes> bytes;
};

struct RingProducerHalf {
    alignas(cache_line_bytes) std::atomic<std::uint64_t> tail{0};
    alignas(cache_line_bytes) std::array<Message, ring_cells> cells;
};

struct RingConsumerHalf {
    alignas(cache_line_bytes) std::atomic<std::uint64_t> head{0};
};

/// False when the ring is full or the message too long; nothing is written then.
inline bool ring_push(RingProducerHalf& mine, const RingConsumerHalf& theirs, std::uint32_t tunnel_slot,
                      std::uint32_t path_slot, std::uint64_t time_ns, std::span<const std::uint8_t> bytes,
                      std::uint64_t sequence = 0) {
    const std::uint64_t tail = mine.tail.load(std::memory_order_relaxed);
    if (tail - theirs.head.load(std::memory_order_acquire) >= ring_cells) return false;
    if (bytes.size() > message_capacity_bytes) return false;
    Message& cell = mine.cells[tail % ring_cells];
    cell.tunnel_slot = tunnel_slot;
    cell.path_slot = path_slot;
    cell.time_ns = time_ns;
    cell.size = static_cast<std::uint32_t>(bytes.size());
    cell.sequence = sequence;
    if (!bytes.empty()) std::memcpy(cell.bytes.data(), bytes.data(), bytes.size());
    mine.tail.store(tail + 1, std::memory_order_release);
    return true;
}

/// False when the ring is empty. A size beyond the capacity, which only a damaged producer writes, reads as empty text.
inline bool ring_pop(RingConsumerHalf& mine, const RingProducerHalf& theirs, Message& out) {
    const std::uint64_t head = mine.head.load(std::memory_order_relaxed);
    if (head == theirs.tail.load(std::memory_order_acquire)) return false;
    std::memcpy(&out, &theirs.cells[head % ring_cells], sizeof(Message));
    if (out.size > message_capacity_bytes) out.size = 0;
    mine.head.store(head + 1, std::memory_order_release);
    return true;
}

}  // namespace ropewalk::config::snapshot
