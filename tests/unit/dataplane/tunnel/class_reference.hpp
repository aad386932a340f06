#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <span>

#include "config/region/records.hpp"
#include "dataplane/tunnel/class_fields.hpp"

/// Classes searched one by one, and random ones to search.
namespace ropewalk::tests::unit {

using config::region::ClassRecord;
using dataplane::tunnel::ClassFields;

/// One field after the other, as the YAML says it.
inline bool in_prefix(const std::uint8_t* address, const std::array<std::uint8_t, 16>& prefix, unsigned bits) {
    for (unsigned bit = 0; bit < bits; ++bit)
        if ((address[bit / 8] ^ prefix[bit / 8]) >> (7 - bit % 8) & 1) return false;
    return true;
}

inline bool holds(const ClassRecord& wanted, const ClassFields& fields) {
    if ((wanted.dscp_mask >> (fields.traffic_class >> 2) & 1) == 0 || fields.size > wanted.max_size) return false;
    if (wanted.match_protocol != 0 && wanted.protocol != fields.protocol) return false;
    if (wanted.match_ports != 0 &&
        (fields.show_ports == 0 || fields.source_port < wanted.source_port_first ||
         fields.source_port > wanted.source_port_last || fields.destination_port < wanted.destination_port_first ||
         fields.destination_port > wanted.destination_port_last))
        return false;
    if (wanted.source_family != 0 &&
        (wanted.source_family != fields.family || !in_prefix(fields.source, wanted.source, wanted.source_length)))
        return false;
    return wanted.destination_family == 0 ||
           (wanted.destination_family == fields.family &&
            in_prefix(fields.destination, wanted.destination, wanted.destination_length));
}

/// Few values, so that classes and packets meet, and the ends of what there is.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : random_(seed) {}

    bool one_in(unsigned n) { return random_() % n == 0; }
    std::uint16_t word() {
        constexpr std::array<std::uint16_t, 8> words{0, 1, 53, 64, 1400, 0x7fff, 0x8000, 0xffff};
        return words[random_() % words.size()];
    }
    std::uint8_t protocol() { return std::array<std::uint8_t, 4>{1, 6, 17, 255}[random_() % 4]; }
    std::uint8_t family() { return one_in(2) ? 4 : 6; }
    std::size_t below(std::size_t n) { return random_() % n; }
    std::array<std::uint8_t, 16> address() {
        std::array<std::uint8_t, 16> bytes{};
        for (std::uint8_t& byte : bytes) byte = one_in(4) ? 0x80 : one_in(4) ? 0x01 : 0;
        return bytes;
    }

    std::uint8_t traffic_class() { return static_cast<std::uint8_t>(random_()); }

    /// One that most packets are not in.
    ClassRecord picky() {
        ClassRecord made = wanted();
        made.dscp_mask = std::uint64_t{1} << random_() % 64;
        return made;
    }
    ClassRecord wanted() {
        ClassRecord made{};
        made.dscp_mask = one_in(2) ? ~std::uint64_t{0} : random_() & random_();
        made.max_size = one_in(2) ? std::uint16_t{0xffff} : word();
        made.match_protocol = one_in(3);
        made.protocol = protocol();
        made.match_ports = one_in(3);
        made.source_port_first = one_in(2) ? std::uint16_t{0} : word();
        made.source_port_last = std::max(made.source_port_first, one_in(2) ? std::uint16_t{0xffff} : word());
        made.destination_port_first = one_in(2) ? std::uint16_t{0} : word();
        made.destination_port_last = std::max(made.destination_port_first, one_in(2) ? std::uint16_t{0xffff} : word());
        // Both of one family, as validation sees to.
        const std::uint8_t of_family = family();
        const auto length = [&] { return static_cast<std::uint8_t>(random_() % (of_family == 4 ? 33 : 129)); };
        if (one_in(3)) made.source_family = of_family, made.source_length = length(), made.source = address();
        if (one_in(3))
            made.destination_family = of_family, made.destination_length = length(), made.destination = address();
        return made;
    }

private:
    std::mt19937_64 random_;
};

/// Paths of the first class that holds the packet, or `otherwise`.
inline std::uint32_t searched(std::span<const ClassRecord> classes, std::span<const std::uint32_t> paths,
                              std::uint32_t otherwise, const ClassFields& fields) {
    for (std::size_t i = 0; i < classes.size(); ++i)
        if (holds(classes[i], fields)) return paths[i];
    return otherwise;
}

}  // namespace ropewalk::tests::unit
