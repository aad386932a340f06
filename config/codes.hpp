#pragma once

#include <cstdint>

#include "config/words.hpp"

/// The enumerations of a configuration, each with the words of the YAML. The shared memory holds their numbers, so a
/// number keeps its meaning as long as the ABI is the same; those that stand in a record as they are begin at 1.
namespace ropewalk::config {

enum class Family : std::uint8_t { ipv4 = 4, ipv6 = 6 };

/// How a port is driven. `pci` is a NIC bound by dpdk-devbind; the others leave the interface with the kernel or need
/// none.
enum class PortDriver : std::uint8_t { pci = 1, af_packet, af_xdp, tap, memif, null };
template <>
inline constexpr auto words<PortDriver> = std::to_array<Word<PortDriver>>({{"pci", PortDriver::pci},
                                                                           {"af_packet", PortDriver::af_packet},
                                                                           {"af_xdp", PortDriver::af_xdp},
                                                                           {"tap", PortDriver::tap},
                                                                           {"memif", PortDriver::memif},
                                                                           {"null", PortDriver::null}});

/// Whether ports of it may be added and removed while a dataplane runs: what needs memory or a device of DPDK's own is
/// made at its start.
constexpr bool comes_by_reload(PortDriver driver) {
    return driver == PortDriver::af_packet;
}

/// Which end of a memif makes the socket.
enum class MemifRole : std::uint8_t { client = 0, server = 1 };
template <>
inline constexpr auto words<MemifRole> = std::to_array<Word<MemifRole>>({{"client", MemifRole::client},
                                                                         {"server", MemifRole::server}});

/// Whether workers without a receive queue of their own on a port get a share of its copies from those that have one.
enum class Spread : std::uint8_t { automatic = 1, never = 2 };
template <>
inline constexpr auto words<Spread> = std::to_array<Word<Spread>>({{"auto", Spread::automatic},
                                                                   {"never", Spread::never}});

/// Whether copies of a path leave a kernel interface joined, several a system call, where the kernel takes them so.
enum class Joined : std::uint8_t { automatic = 1, off = 2 };
template <>
inline constexpr auto words<Joined> = std::to_array<Word<Joined>>({{"auto", Joined::automatic}, {"off", Joined::off}});

enum class Cipher : std::uint8_t { aes_256_gcm = 1, aes_128_gcm = 2 };
template <>
inline constexpr auto words<Cipher> = std::to_array<Word<Cipher>>({{"aes-256-gcm", Cipher::aes_256_gcm},
                                                                   {"aes-128-gcm", Cipher::aes_128_gcm}});

/// `ropewalk` puts the 8-byte per-copy header between UDP and ESP; `esp` leaves it out, for stock peers.
enum class Wire : std::uint8_t { ropewalk = 1, esp = 2 };
template <>
inline constexpr auto words<Wire> = std::to_array<Word<Wire>>({{"ropewalk", Wire::ropewalk}, {"esp", Wire::esp}});

/// What a wire format has, for all who would ask which one it is.
struct WireTraits {
    bool has_copy_header;            ///< first behind UDP; by it a copy tells its path
    std::uint16_t bytes_before_esp;  ///< behind UDP, the copy header included
    bool may_have_shards;            ///< a gateway may receive each path on several UDP ports
    bool has_control_messages;       ///< the peer understands them, and they tell the path that they came by
};

/// There is no default, so that a new word does not compile before it has its row; a number that is no word has
/// nothing.
constexpr WireTraits traits_of(Wire wire) {
    switch (wire) {
        case Wire::ropewalk:
            return {
                .has_copy_header = true, .bytes_before_esp = 8, .may_have_shards = true, .has_control_messages = true};
        case Wire::esp:
            return {.has_copy_header = false,
                    .bytes_before_esp = 0,
                    .may_have_shards = false,
                    .has_control_messages = false};
    }
    return {};
}

/// Which paths carry a class: all, or the `copies` best ones; the best one; the first in order of preference. The
/// reader refuses `stripe`, the other word of the design, by name.
enum class Mode : std::uint8_t { duplicate = 1, best = 2, backup = 3 };
template <>
inline constexpr auto words<Mode> =
    std::to_array<Word<Mode>>({{"duplicate", Mode::duplicate}, {"best", Mode::best}, {"backup", Mode::backup}});

/// `adaptive`: spin, then pause, then short sleeps. `spin`: never sleep, for dedicated cores.
enum class IdleMode : std::uint8_t { adaptive = 1, spin = 2 };
template <>
inline constexpr auto words<IdleMode> = std::to_array<Word<IdleMode>>({{"adaptive", IdleMode::adaptive},
                                                                       {"spin", IdleMode::spin}});

/// `automatic`: hugepages when enough are free, else ordinary memory, saying so.
enum class Hugepages : std::uint8_t { automatic = 1, off = 2, required = 3 };
template <>
inline constexpr auto words<Hugepages> = std::to_array<Word<Hugepages>>({{"auto", Hugepages::automatic},
                                                                         {"off", Hugepages::off},
                                                                         {"required", Hugepages::required}});

/// Whether probes find out what a path carries (RFC 8899).
enum class MtuProbing : std::uint8_t { automatic = 1, off = 2 };
template <>
inline constexpr auto words<MtuProbing> = std::to_array<Word<MtuProbing>>({{"auto", MtuProbing::automatic},
                                                                           {"off", MtuProbing::off}});

/// Whether a path costs money by the byte.
enum class Metered : std::uint8_t { no = 1, yes = 2 };
template <>
inline constexpr auto words<Metered> = std::to_array<Word<Metered>>({{"false", Metered::no}, {"true", Metered::yes}});

/// What stands in the outer UDP checksum (RFC 6935/6936 for zero on IPv6).
enum class UdpChecksum : std::uint8_t { zero = 0, computed = 1 };
template <>
inline constexpr auto words<UdpChecksum> = std::to_array<Word<UdpChecksum>>({{"zero", UdpChecksum::zero},
                                                                             {"computed", UdpChecksum::computed}});

}  // namespace ropewalk::config
