#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "config/codes.hpp"
#include "config/region/limits.hpp"

/// The records of a snapshot. Fixed-width, no pointers, no padding left to the compiler; byte order of the host
/// unless a name ends in `_be`. Written by control, read by the dataplane's main lcore.
namespace ropewalk::config::region {

/// A NUL-terminated name of up to 31 bytes.
using Name = std::array<char, 32>;

inline constexpr std::uint16_t no_inside_port = 0xffff;

/// What the dataplane reads once, at its start.
struct BootRecord {
    std::uint16_t workers;
    std::uint16_t worker_cpu_count;  ///< 0: the dataplane places the workers
    std::array<std::uint16_t, max_workers> worker_cpus;
    IdleMode idle;
    Hugepages hugepages;
    std::uint16_t inside_port;  ///< index into ports, or no_inside_port: users are behind a kernel interface
    std::uint64_t memory_bytes;
    Name inside_interface;                        ///< empty with a port
    std::array<std::uint8_t, 6> inside_next_hop;  ///< zero without a port
    std::uint16_t max_age_ms;                     ///< the longest that frames may wait while a worker stands still
    std::array<char, 128> state_dir;
    std::array<char, 512> eal_args;  ///< separated by newlines, NUL-terminated
};

struct PortRecord {
    Name name;
    std::array<char, 128> device;
    PortDriver driver;
    std::uint8_t memif_server;  ///< 1 when this end creates the memif socket
    std::uint16_t mtu;          ///< bytes, IP packet
    std::uint32_t slot;         ///< index of its counters, kept over reloads
    Spread spread;
    std::uint8_t queue_count;                             ///< receive queues; 0: the dataplane chooses
    std::array<std::uint8_t, max_workers> queue_workers;  ///< by receive queue
    std::array<std::uint8_t, 6> mac;                      ///< memif only; zero: the driver chooses one
    Joined joined;
    std::array<std::uint8_t, 7> reserved;
};

/// One class of a tunnel; the first that matches wins.
struct ClassRecord {
    Name name;
    std::uint64_t dscp_mask;   ///< bit n: DSCP n matches
    std::uint64_t preference;  ///< bits 4n to 4n + 3: index of the class's path that is preferred n-th; rest zero
    std::uint32_t path_mask;   ///< bit i: the tunnel's i-th path may be used
    std::uint16_t max_size;    ///< bytes of the inner packet; 0xffff: any
    std::uint16_t source_port_first, source_port_last;
    std::uint16_t destination_port_first, destination_port_last;
    std::uint8_t protocol;        ///< meaningful when match_protocol
    std::uint8_t match_protocol;  ///< 0 or 1
    std::uint8_t match_ports;     ///< 0 or 1: only packets that show TCP or UDP ports can match
    Mode mode;
    std::uint8_t copies;                                  ///< 1..paths
    std::uint8_t source_family, source_length;            ///< family 0: any source
    std::uint8_t destination_family, destination_length;  ///< family 0: any destination
    std::array<std::uint8_t, 1> reserved;
    std::array<std::uint8_t, 16> source, destination;  ///< network byte order
};

/// Stands for no DSCP of a path's own.
inline constexpr std::uint8_t dscp_of_inner = 64;

struct PathRecord {
    Name name;
    std::uint32_t slot;       ///< index of its counters, kept over reloads
    std::uint32_t rate_kbit;  ///< 0: unknown
    std::uint16_t port;       ///< index into ports
    std::uint16_t mtu;        ///< bytes, outer IP packet
    std::uint16_t local_udp_port, peer_udp_port;
    std::uint8_t path_id;       ///< 1..255
    std::uint8_t family;        ///< 4 or 6
    std::uint8_t udp_checksum;  ///< 0: zero, 1: computed
    std::uint8_t dscp;          ///< of the outer headers; dscp_of_inner: the inner packet's
    std::array<std::uint8_t, 8> reserved;
    std::array<std::uint8_t, 16> local_address, peer_address;  ///< network byte order
};

struct TunnelRecord {
    Name name, peer;
    std::uint64_t tx_key_id, rx_key_id;  ///< fingerprints; equal id means equal key and salt
    std::uint32_t tx_spi, rx_spi;        ///< host order, above 255 (RFC 4303 section 2.1)
    std::uint32_t slot;                  ///< index of its counters and of its window, kept over reloads
    std::uint32_t first_path, first_class;
    std::uint16_t path_count, class_count;
    std::uint16_t inner_mtu;   ///< bytes
    std::uint8_t window_log2;  ///< 16..30
    Cipher cipher;
    Wire wire;
    std::uint8_t rx_shards;  ///< UDP ports, from local_udp_port of each path on, on which copies arrive
    std::array<std::uint8_t, 10> reserved;
    std::array<std::uint8_t, 32> tx_key, rx_key;  ///< first 16 bytes for AES-128
    std::array<std::uint8_t, 4> tx_salt, rx_salt;
};

inline constexpr std::uint32_t no_tunnel_index = 0xffffffff;

/// A sorted, gapless partition of an inner address space: addresses from `first` up to the next record belong to
/// `tunnel`, or to none (no_tunnel_index). The longest-prefix match is already worked out.
struct RangeV4Record {
    std::uint32_t first;  ///< host order
    std::uint32_t tunnel;
};

struct RangeV6Record {
    std::uint64_t first_high, first_low;  ///< host order halves
    std::uint32_t tunnel;
    std::uint32_t reserved;
};

/// An array inside the snapshot: byte offset from its start, number of records.
struct Table {
    std::uint32_t offset;
    std::uint32_t count;
};

/// "RWSNAP01"
inline constexpr std::uint64_t snapshot_magic = 0x31305041'4e535752ULL;

/// First bytes of a slot. `checksum` covers everything after it up to `size`.
struct SnapshotHeader {
    std::uint64_t magic;
    std::uint64_t checksum;
    std::uint32_t abi;
    std::uint32_t size;        ///< bytes, header included
    std::uint64_t generation;  ///< from 1, one more with every publication
    Name gateway;
    BootRecord boot;
    std::uint16_t inside_mtu;
    std::uint16_t reserved;
    Table ports, tunnels, paths, classes, ranges_v4, ranges_v6;
    std::uint32_t reserved_end;
};

static_assert(std::has_unique_object_representations_v<BootRecord>);
static_assert(std::has_unique_object_representations_v<PortRecord>);
static_assert(std::has_unique_object_representations_v<ClassRecord>);
static_assert(std::has_unique_object_representations_v<PathRecord>);
static_assert(std::has_unique_object_representations_v<TunnelRecord>);
static_assert(std::has_unique_object_representations_v<RangeV6Record>);
static_assert(std::has_unique_object_representations_v<SnapshotHeader>);

}  // namespace ropewalk::config::region
