#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

#include "config/region/records.hpp"
#include "dataplane/tunnel/class_columns.hpp"
#include "dataplane/tunnel/class_fields.hpp"

namespace ropewalk::dataplane::tunnel {

/// Up to 32 classes, a bit each. A packet is placed among those that its traffic class, protocol and family leave, by
/// two tables; what else a class asks for is a test of its own, made of many packets at once. What no class asks for
/// costs nothing.
class ClassGroup {
public:
    static constexpr std::size_t capacity = 32;

    /// `first` is the index of the first class.
    explicit ClassGroup(std::uint16_t first) : first_(first) {}

    /// Takes one more class, behind those it has. Not when it is full.
    void add(const config::region::ClassRecord& wanted);

    /// Some class asks for IPv6 addresses.
    bool asks_for_ipv6_addresses() const { return !ipv6_tests_.empty(); }

    /// Fills the `index`-th row for any packet.
    void place(ClassColumns& columns, std::uint16_t index, const ClassFields& fields) const {
        const bool is_ipv4 = fields.family == 4;
        Bits classes = by_traffic_class_[fields.traffic_class] & by_protocol_[is_ipv4 ? ipv4 : ipv6][fields.protocol];
        if (fields.show_ports == 0) classes &= ~with_ports_;
        if (!is_ipv4 && asks_for_ipv6_addresses())
            classes = of_ipv6_addresses(classes, fields.source, fields.destination);
        fill(columns, index, classes, fields.size, pair_of(fields.source_port, fields.destination_port));
        // In an IPv6 packet other bytes of the header stand there: no class that asks for IPv4 addresses is a
        // candidate.
        fill_addresses(columns, index, fields.source, fields.destination);
    }

    /// The same for the usual packet: no options, the first fragment, and four bytes at least behind the header.
    /// Those are the ports where the protocol has such.
    void place_plain_ipv4(ClassColumns& columns, std::uint16_t index, std::uint8_t traffic_class, std::uint8_t protocol,
                          std::uint16_t size, std::uint32_t ports, const std::uint8_t* addresses) const {
        fill(columns, index, by_traffic_class_[traffic_class] & by_protocol_[ipv4][protocol], size, ports);
        fill_addresses(columns, index, addresses, addresses + sizeof(std::uint32_t));
    }

    /// The same for IPv6 without extension headers, only where no class asks for IPv6 addresses.
    void place_plain_ipv6(ClassColumns& columns, std::uint16_t index, std::uint8_t traffic_class, std::uint8_t protocol,
                          std::uint16_t size, std::uint32_t ports) const {
        fill(columns, index, by_traffic_class_[traffic_class] & by_protocol_[ipv6][protocol], size, ports);
        columns.sources[index] = columns.destinations[index] = 0;
    }

    /// Gives each packet the index of the first class that holds it. What is in none keeps what it has. Takes from the
    /// candidates those that do not hold the packet.
    void choose(ClassColumns& columns, std::uint16_t count, std::uint16_t* classes) const {
        // A vector that is loaded right after its parts were stored waits until these are in the cache.
        if (count < few)
            for (std::uint16_t i = 0; i < count; ++i) test_from<1, 1>(columns, i);
        else
            for (std::uint16_t i = 0; i < count; i += 2 * vector_packets) test_from<vector_packets, 2>(columns, i);

        for (std::uint16_t i = 0; i < count; ++i) {
            const auto found = static_cast<std::uint16_t>(first_ + std::countr_zero(columns.candidates[i]));
            classes[i] = columns.candidates[i] != 0 ? found : classes[i];
        }
    }

private:
    /// Bit i: the i-th class.
    using Bits = std::uint32_t;
    enum Family : std::size_t { ipv4, ipv6 };

    static constexpr std::uint16_t few = 4;
    /// How many packets the registers of the level of instructions hold. Wider vectors are taken apart badly.
#ifdef __AVX2__
    static constexpr std::uint16_t vector_packets = 8;
#else
    static constexpr std::uint16_t vector_packets = 4;
#endif
    static_assert(ClassColumns::capacity % (2 * vector_packets) == 0);

    template <std::size_t Packets>
    struct Lanes {
        using Words [[gnu::vector_size(4 * Packets), gnu::may_alias]] = std::uint32_t;
        using Halves [[gnu::vector_size(4 * Packets), gnu::may_alias]] = std::uint16_t;
    };

    /// In each test, `others` has the bits of all classes but the one that asks for it.
    struct PortTest {
        std::uint32_t first, span;  ///< pairs as in ClassColumns: the lowest ports, and how far above the highest are
        Bits others;
    };
    struct SizeTest {
        std::uint32_t largest;  ///< bytes
        Bits others;
    };
    struct AddressTest {
        std::uint32_t mask, value;  ///< as addresses lie in the packet
        Bits others;
    };
    /// An all-zero mask takes any address.
    struct Ipv6Prefix {
        std::array<std::uint8_t, 16> mask, value;
        bool holds(const std::uint8_t* address) const;
    };
    struct Ipv6Test {
        Ipv6Prefix source, destination;
        Bits others;
    };

    static std::uint32_t pair_of(std::uint16_t source, std::uint16_t destination) {
        return std::uint32_t{source} << 16 | destination;
    }
    static void fill(ClassColumns& columns, std::uint16_t index, Bits candidates, std::uint16_t size,
                     std::uint32_t ports) {
        columns.candidates[index] = candidates;
        columns.sizes[index] = size;
        columns.ports[index] = ports;
    }
    static void fill_addresses(ClassColumns& columns, std::uint16_t index, const std::uint8_t* source,
                               const std::uint8_t* destination) {
        columns.sources[index] = word_at(source);
        columns.destinations[index] = word_at(destination);
    }
    static std::uint32_t word_at(const std::uint8_t* bytes) {
        std::uint32_t word;
        std::memcpy(&word, bytes, sizeof word);
        return word;
    }

    /// Those of `classes` that ask for these addresses or for none.
    Bits of_ipv6_addresses(Bits classes, const std::uint8_t* source, const std::uint8_t* destination) const;

    /// Makes all tests of so many packets from `begin` on, and takes the classes whose tests they fail from the
    /// candidates. Written so that compilers keep these in registers.
    template <std::size_t Packets, std::size_t Vectors>
    void test_from(ClassColumns& columns, std::uint16_t begin) const {
        using Words = typename Lanes<Packets>::Words;
        using Halves = typename Lanes<Packets>::Halves;
        const auto from = [begin](ClassColumns::Column& column) { return reinterpret_cast<Words*>(&column[begin]); };
        Words candidates[Vectors];
        for (std::size_t i = 0; i < Vectors; ++i) candidates[i] = from(columns.candidates)[i];
        for (const PortTest& test : port_tests_)
            for (std::size_t i = 0; i < Vectors; ++i) {
                const auto first = reinterpret_cast<Halves>(Words{} + test.first);
                const auto span = reinterpret_cast<Halves>(Words{} + test.span);
                const Halves above = reinterpret_cast<Halves>(from(columns.ports)[i]) - first;
                const auto both = reinterpret_cast<Words>(above <= span) == ~Words{};
                candidates[i] &= reinterpret_cast<Words>(both) | test.others;
            }
        for (const SizeTest& test : size_tests_)
            for (std::size_t i = 0; i < Vectors; ++i)
                candidates[i] &= reinterpret_cast<Words>(from(columns.sizes)[i] <= test.largest) | test.others;
        const auto test_addresses = [&](const std::vector<AddressTest>& tests, ClassColumns::Column& addresses) {
            for (const AddressTest& test : tests)
                for (std::size_t i = 0; i < Vectors; ++i) {
                    const auto inside = (from(addresses)[i] & test.mask) == test.value;
                    candidates[i] &= reinterpret_cast<Words>(inside) | test.others;
                }
        };
        test_addresses(source_tests_, columns.sources);
        test_addresses(destination_tests_, columns.destinations);
        for (std::size_t i = 0; i < Vectors; ++i) from(columns.candidates)[i] = candidates[i];
    }

    std::array<Bits, 256> by_traffic_class_{};  ///< whatever its ECN bits say
    /// A class that asks for ports stands only under protocols that have such.
    std::array<std::array<Bits, 256>, 2> by_protocol_{};
    std::vector<PortTest> port_tests_;
    std::vector<SizeTest> size_tests_;
    std::vector<AddressTest> source_tests_, destination_tests_;
    std::vector<Ipv6Test> ipv6_tests_;
    Bits with_ports_ = 0;
    unsigned size_ = 0;
    std::uint16_t first_;
};

}  // namespace ropewalk::dataplane::tunnel
