#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <emmintrin.h>

#include "config/snapshot/records.hpp"

namespace ropewalk::dataplane::tunnel {

/// What of an inner packet decides its class.
struct ClassFields {
    std::uint16_t size;  ///< bytes
    std::uint16_t source_port, destination_port;
    std::uint8_t dscp;
    std::uint8_t protocol;
    std::uint8_t family;      ///< 4 or 6
    std::uint8_t show_ports;  ///< 1 when the packet shows TCP or UDP ports, else 0 and the ports mean nothing
    const std::uint8_t *source, *destination;  ///< addresses in network byte order
};

/// The classes of a tunnel, laid out so that eight of them are compared at once and no packet is asked class by class.
/// The first that matches wins. Immutable.
class ClassTable {
public:
    ClassTable() = default;
    /// `paths` are the bits that each class sends on.
    ClassTable(std::span<const config::snapshot::ClassRecord> classes, std::span<const std::uint32_t> paths);

    bool empty() const { return groups_.empty(); }

    /// Paths of the first class that holds the packet, or `otherwise`.
    std::uint32_t paths_of(const ClassFields& fields, std::uint32_t otherwise) const {
        for (const Group& group : groups_)
            if (const unsigned found = holding(group, fields); found != 0)
                return group.paths[static_cast<unsigned>(std::countr_zero(found))];
        return otherwise;
    }

private:
    static constexpr std::size_t group_size = 8;
    /// One lane a class.
    using Lanes [[gnu::vector_size(16), gnu::may_alias]] = std::uint16_t;
    using Masks [[gnu::vector_size(16), gnu::may_alias]] = std::int16_t;
    using WideLanes [[gnu::vector_size(32), gnu::may_alias]] = std::uint32_t;
    /// Bit i: the i-th class of the group.
    using Bits = std::uint8_t;

    /// What an IPv6 address must be where a class asks for one. An all-zero mask takes any.
    struct Ipv6Test {
        std::array<std::uint8_t, 16> mask{}, value{};
        bool holds(const std::uint8_t* address) const;
    };

    /// The alignment is said because compilers differ by level about that of WideLanes: without AVX it is 16, so what
    /// is made there would be allocated at 16, and read at other levels as if it lay at 32.
    struct alignas(sizeof(WideLanes)) Group {
        Lanes largest_size{};
        Lanes source_port_first{}, source_port_span{}, destination_port_first{}, destination_port_span{};
        /// IPv4 addresses as they lie in the packet.
        WideLanes source_mask{}, source_value{}, destination_mask{}, destination_value{};
        std::array<Bits, 64> by_dscp{};  ///< none of a class that is not there
        std::array<Bits, 256> by_protocol{};
        std::array<Bits, 2> by_ports_shown{};
        Bits with_addresses = 0, of_ipv4 = 0, of_ipv6 = 0;  ///< the latter two: classes that such a packet may be in
        std::array<std::uint32_t, group_size> paths{};
        std::array<Ipv6Test, group_size> source{}, destination{};
    };

    static Lanes in_all_lanes(std::uint16_t value) {
        return Lanes{value, value, value, value, value, value, value, value};
    }
    static std::uint32_t word_of(const std::uint8_t* ipv4_address) {
        std::uint32_t word;
        std::memcpy(&word, ipv4_address, sizeof word);
        return word;
    }
    static unsigned bits_of(Masks lanes) {
        const __m128i bytes = _mm_packs_epi16(reinterpret_cast<__m128i>(lanes), _mm_setzero_si128());
        return static_cast<unsigned>(_mm_movemask_epi8(bytes));
    }

    /// The classes of a group that hold the packet.
    static unsigned holding(const Group& group, const ClassFields& fields) {
        const Lanes source = in_all_lanes(fields.source_port) - group.source_port_first;
        const Lanes destination = in_all_lanes(fields.destination_port) - group.destination_port_first;
        Masks in_range = (in_all_lanes(fields.size) <= group.largest_size) & (source <= group.source_port_span) &
                         (destination <= group.destination_port_span);
        unsigned bits =
            group.by_dscp[fields.dscp] & group.by_protocol[fields.protocol] & group.by_ports_shown[fields.show_ports];
        if (group.with_addresses != 0) {
            if (fields.family == 4) {
                const auto right_addresses =
                    ((group.source_mask & word_of(fields.source)) == group.source_value) &
                    ((group.destination_mask & word_of(fields.destination)) == group.destination_value);
                in_range &= __builtin_convertvector(right_addresses, Masks);
                bits &= group.of_ipv4;
            } else {
                bits &= of_ipv6_addresses(group, fields.source, fields.destination, bits & group.of_ipv6);
            }
        }
        return bits & bits_of(in_range);
    }
    /// Those of `classes` that ask for these addresses or for none.
    static unsigned of_ipv6_addresses(const Group& group, const std::uint8_t* source, const std::uint8_t* destination,
                                      unsigned classes);

    static void add(Group& group, unsigned index, const config::snapshot::ClassRecord& wanted);

    std::vector<Group> groups_;
};

}  // namespace ropewalk::dataplane::tunnel
