#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "config/region/limits.hpp"

/// A single-producer single-consumer ring of small messages between the two processes. The halves live in different
/// sections, so that each process writes only what it owns: the producer's half holds the messages and the tail, the
/// consumer's half the head. Life: both zero -> producer writes a cell, then releases the tail -> consumer acquires
/// the tail, reads the cell, then releases the head. A reader never trusts the other side's index beyond the mask.
namespace ropewalk::config::region {

inline constexpr std::size_t message_capacity_bytes = 448;
inline constexpr std::size_t ring_cells = 256;

/// Whether a message goes, or came, inside the seal of its tunnel: handshakes do not (RFC 3948 section 2.2).
enum class Sealing : std::uint8_t { sealed = 0, plain = 1 };

/// Who sent a punted message, or is sent an injected plain one. Family 0: nobody is named.
struct MessageEndpoint {
    std::array<std::uint8_t, 16> address;  ///< IPv4 in the first 4 bytes
    std::uint16_t udp_port;
    std::uint8_t family;  ///< 4 or 6
    Sealing sealing;
    bool operator==(const MessageEndpoint&) const = default;
};

/// Of an injected message: it goes on every path of its tunnel. Of a punted one: its path is unknown.
inline constexpr std::uint32_t every_path_slot = 0xffffffff;

/// What stands beside the bytes of a message.
struct MessageHead {
    std::uint32_t tunnel_slot;
    std::uint32_t path_slot;   ///< inject: that it goes on; punt: that it came on
    std::uint64_t time_ns;     ///< CLOCK_MONOTONIC when it was produced
    std::uint64_t sequence;    ///< punt: number of the packet that brought it; inject: 0
    MessageEndpoint endpoint;  ///< the far one
    /// punt: TunnelOrder::tag_of the receiving key that opened it, for control may have turned to another one
    /// meanwhile.
    std::uint32_t key_tag = 0;
    /// inject: bytes of plain text that the worker fills the message up to with zeros, 0: as many as it has; punt:
    /// bytes of plain text that came, of which the message holds the first message_capacity_bytes.
    std::uint16_t padded_bytes = 0;
};

/// One control message on its way between control and a worker.
struct Message {
    MessageHead head;
    std::uint32_t size;  ///< bytes used
    std::array<std::uint8_t, message_capacity_bytes> bytes;
};

static_assert(sizeof(Message) == 8 * cache_line_bytes);

struct RingProducerHalf {
    alignas(cache_line_bytes) std::atomic<std::uint64_t> tail{0};
    alignas(cache_line_bytes) std::array<Message, ring_cells> cells;
};

struct RingConsumerHalf {
    alignas(cache_line_bytes) std::atomic<std::uint64_t> head{0};
};

/// False when the ring is full or the message too long; nothing is written then.
inline bool ring_push(RingProducerHalf& mine, const RingConsumerHalf& theirs, const MessageHead& head,
                      std::span<const std::uint8_t> bytes) {
    const std::uint64_t tail = mine.tail.load(std::memory_order_relaxed);
    if (tail - theirs.head.load(std::memory_order_acquire) >= ring_cells) return false;
    if (bytes.size() > message_capacity_bytes) return false;
    Message& cell = mine.cells[tail % ring_cells];
    cell.head = head;
    cell.size = static_cast<std::uint32_t>(bytes.size());
    if (!bytes.empty()) std::memcpy(cell.bytes.data(), bytes.data(), bytes.size());
    mine.tail.store(tail + 1, std::memory_order_release);
    return true;
}

/// Messages that the producer may still push.
inline std::size_t ring_room(const RingProducerHalf& mine, const RingConsumerHalf& theirs) {
    const std::uint64_t used = mine.tail.load(std::memory_order_relaxed) - theirs.head.load(std::memory_order_acquire);
    return used < ring_cells ? ring_cells - used : 0;
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

}  // namespace ropewalk::config::region
