#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "config/region/counters.hpp"
#include "config/region/ethernet_cell.hpp"
#include "config/region/event_ring.hpp"
#include "config/region/limits.hpp"
#include "config/region/path_health.hpp"
#include "config/region/path_orders.hpp"
#include "config/region/path_signals.hpp"
#include "config/region/records.hpp"
#include "config/region/spsc_ring.hpp"
#include "config/region/tunnel_orders.hpp"
#include "config/region/tunnel_signals.hpp"

/// The file in /dev/shm through which control and dataplane speak: a control section, which control writes and the
/// dataplane maps read-only, and a dataplane section, the other way round. docs/shared-memory.md draws it.
namespace ropewalk::config::region {

/// "RWREGION"
inline constexpr std::uint64_t region_magic = 0x4e4f4947'45525752ULL;
inline constexpr std::uint32_t abi_version = 10;

using Uuid = std::array<std::uint8_t, 16>;

/// What a publication says: the newest generation and the slot it stands in, in one word.
struct Publication {
    std::uint64_t generation = 0;  ///< 0: nothing was published yet
    std::uint32_t slot = 0;

    static constexpr Publication unpack(std::uint64_t word) {
        return {word >> 8, static_cast<std::uint32_t>(word & 0xff)};
    }
    constexpr std::uint64_t pack() const { return generation << 8 | slot; }
};

struct SnapshotSlot {
    alignas(page_bytes) std::array<std::uint8_t, snapshot_capacity_bytes> bytes;
};

/// Written by control only.
struct ControlSection {
    std::uint64_t magic;
    std::uint32_t abi;
    std::uint32_t region_size;
    std::uint32_t dataplane_section_offset;
    std::uint32_t reserved;
    Name gateway;
    Uuid region_uuid;  ///< a new one whenever the file is made anew
    std::atomic<std::uint64_t> control_pid;
    std::atomic<std::uint64_t> control_started_ns;                     ///< CLOCK_MONOTONIC
    std::atomic<std::uint64_t> control_heartbeat_ns;                   ///< CLOCK_MONOTONIC, every tick of control
    alignas(cache_line_bytes) std::atomic<std::uint64_t> publication;  ///< Publication::pack, stored with release
    RingProducerHalf inject;                                           ///< control -> worker
    std::array<RingConsumerHalf, max_workers> punt;                    ///< each worker -> control
    std::array<PathOrders, max_paths> path_orders;                     ///< by path slot
    std::array<TunnelOrders, max_tunnels> tunnel_orders;               ///< by tunnel slot
    std::array<PathHealthCell, max_paths> path_health;                 ///< by path slot
    std::array<SnapshotSlot, snapshot_slots> slots;
    EventRing events;
};

enum class DataplaneState : std::uint32_t { absent = 0, starting = 1, running = 2, stopped = 3 };

struct alignas(cache_line_bytes) WorkerStatus {
    std::atomic<std::uint64_t> acknowledged_generation;  ///< newest snapshot this worker uses
    std::atomic<std::uint64_t> acknowledged_epoch;  ///< what the main lcore took back before it, this worker left alone
    std::atomic<std::uint64_t> cpu;
    std::atomic<std::uint64_t> turned_ns;  ///< CLOCK_MONOTONIC of its last turn, within some ms: before, it listened
};

/// Up to which number a worker may have delivered a tunnel's packets, by tunnel slot: written before they leave. Kept
/// when the dataplane restarts; the next one delivers nothing up to the largest of all workers.
struct ReceivedMark {
    std::atomic<std::uint64_t> rx_key_id;
    std::atomic<std::uint64_t> newest;  ///< 0: nothing was opened yet
};

/// How the frames of a port find their receive queue.
enum class SteeringCode : std::uint8_t {
    one_queue = 0,
    by_flow = 1,   ///< by addresses and ports, as the device will
    by_shard = 2,  ///< copies of tunnels with several shards by their UDP port, the rest by flow
};

/// How the workers share the queues of a port, by counter slot; written before the state is running.
struct PortStatus {
    std::atomic<std::uint8_t> receive_queues;
    std::atomic<std::uint8_t> transmit_queues;
    std::array<std::atomic<std::uint8_t>, max_workers> receive_workers;  ///< by receive queue
    std::array<std::atomic<std::uint16_t>, max_workers>
        deal;  ///< by receive queue: bit n: copies are dealt to worker n
    std::array<std::atomic<std::uint8_t>, max_workers> senders;  ///< by worker
    std::atomic<std::uint8_t> steering;                          ///< SteeringCode; may change with a reload
};

/// Whether a port's device has its line: a cable with a living far end, or of a memif the other process.
enum class LinkCode : std::uint8_t { unknown = 0, up = 1, down = 2 };

/// Why a port that is an interface of the kernel is down.
enum class LinkReason : std::uint8_t {
    none = 0,  ///< it is up, or the device does not say
    no_interface = 1,
    set_down = 2,
    no_carrier = 3,
    not_opened = 4,  ///< the interface is there and up, but could not be taken up; the log says why
};

/// Whether copies leave a kernel interface joined, several a system call, and why not.
enum class JoiningCode : std::uint8_t {
    unknown = 0,  ///< a port of another driver, or an interface that was never taken up
    joined = 1,
    switched_off = 2,
    old_linux = 3,
    device_does_not_cut = 4,
    cut_wrongly = 5,  ///< the kernel did in a trial at the start; the log says how
    not_tried = 6,    ///< that trial could not be made; the log says why
};

/// A port's device and its link, by counter slot, as the main lcore saw them last: interfaces of the kernel whenever
/// the kernel has news of them, other devices once a second. Workers read `code` to name what a port did not take. All
/// but the two counters hold while the state is running.
struct alignas(cache_line_bytes) LinkStatus {
    Counter changes;                     ///< times it was seen to go down or come up; kept over restarts
    Counter changed_ns;                  ///< CLOCK_MONOTONIC of the last of these, or of a dataplane's first look
    std::atomic<std::uint64_t> address;  ///< Ethernet, cell_of(); 0: not known
    Counter rx_missed;  ///< frames dropped before a worker saw them: it came too late, or had no buffers
    std::atomic<std::uint32_t> speed_mbit;  ///< Mbit/s; 0: down, or the device does not say
    std::atomic<std::uint16_t> mtu;         ///< bytes, IP packet, of an interface of the kernel; 0: not known
    std::atomic<std::uint8_t> code;         ///< LinkCode; unknown until the first look
    std::atomic<std::uint8_t> reason;       ///< LinkReason
    Name device_driver;                     ///< DPDK's; written before the state is running; may be empty
    std::atomic<std::uint8_t> joining;      ///< JoiningCode
};

/// Whether the records on disk let a tunnel send, or receive.
enum class RecordCode : std::uint8_t {
    fine = 0,
    asked = 1,         ///< the disk has not answered yet
    clock_behind = 2,  ///< numbers beyond the clock are recorded as used
    unreadable = 3,
    unwritable = 4,  ///< sending stops when the numbers already recorded are used up
};

/// What the dataplane knows of a tunnel's two sequence spaces, by tunnel slot. Kept when the dataplane restarts.
struct alignas(cache_line_bytes) TunnelStatus {
    std::atomic<std::uint64_t> tx_key_id;
    std::atomic<std::uint64_t> next_sequence;
    Counter lost;            ///< numbers that left the window without a packet
    Counter overdue;         ///< numbers in the window that have not come although later ones came seconds ago
    Counter jumped;          ///< times the sequence jumped past the window (the peer started anew, or a long outage)
    Counter largest_age;     ///< packets behind the newest of the oldest one accepted; its margin is the window size
    Counter window_packets;  ///< of the window in use, which keeps its size over reloads
    std::atomic<std::uint8_t> sending, receiving;  ///< RecordCode
};

/// Written by the dataplane only; survives its death so that the next one can read where the sequence stood.
struct DataplaneSection {
    std::atomic<std::uint64_t> pid;
    std::atomic<std::uint32_t> state;  ///< DataplaneState
    std::atomic<std::uint32_t> worker_count;
    std::atomic<std::uint64_t> started_ns;    ///< CLOCK_MONOTONIC
    std::atomic<std::uint64_t> heartbeat_ns;  ///< CLOCK_MONOTONIC, now; every turn of the main lcore
    Uuid life_uuid;                           ///< new with every dataplane process; read only while state is running
    std::atomic<std::uint64_t> tsc_hz;
    std::atomic<std::uint64_t> verified_generation;  ///< newest snapshot that passed verification
    std::atomic<std::uint64_t> refused_generation;   ///< newest snapshot that did not; 0: none
    std::array<char, 256> refusal;                   ///< why; written before refused_generation is released
    std::array<char, 128> crypto_engine;             ///< text, for `ropewalk show workers`
    std::array<char, 32> instruction_level;          ///< the same: what the packet path is compiled for
    std::array<RingProducerHalf, max_workers> punt;
    RingConsumerHalf inject;
    std::array<WorkerStatus, max_workers> workers;
    std::array<PortStatus, max_ports> ports;
    std::array<LinkStatus, max_ports> links;
    std::array<TunnelStatus, max_tunnels> tunnels;
    std::array<std::array<ReceivedMark, max_tunnels>, max_workers> received;
    std::array<WorkerCounters, max_workers> counters;
    std::array<std::array<PathSignals, max_paths>, max_workers> signals;
    std::array<std::array<TunnelSignals, max_tunnels>, max_workers> tunnel_signals;
};

inline constexpr std::uint64_t round_up_to_page(std::uint64_t bytes) {
    return (bytes + page_bytes - 1) / page_bytes * page_bytes;
}

inline constexpr std::uint64_t dataplane_section_offset = round_up_to_page(sizeof(ControlSection));
inline constexpr std::uint64_t region_bytes = dataplane_section_offset + round_up_to_page(sizeof(DataplaneSection));

}  // namespace ropewalk::config::region
