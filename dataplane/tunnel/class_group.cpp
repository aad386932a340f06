#include "dataplane/tunnel/class_group.hpp"

#include "dataplane/packet/headers.hpp"

namespace ropewalk::dataplane::tunnel {

using config::region::ClassRecord;

bool ClassGroup::Ipv6Prefix::holds(const std::uint8_t* address) const {
    for (std::size_t i = 0; i < mask.size(); ++i)
        if ((address[i] & mask[i]) != value[i]) return false;
    return true;
}

ClassGroup::Bits ClassGroup::of_ipv6_addresses(Bits classes, const std::uint8_t* source,
                                               const std::uint8_t* destination) const {
    for (const Ipv6Test& test : ipv6_tests_)
        if ((classes & ~test.others) != 0 && !(test.source.holds(source) && test.destination.holds(destination)))
            classes &= test.others;
    return classes;
}

void ClassGroup::add(const ClassRecord& wanted) {
    const Bits bit = Bits{1} << size_++;
    const Bits others = ~bit;

    for (std::size_t value = 0; value < by_traffic_class_.size(); ++value)
        if ((wanted.dscp_mask >> (value >> 2) & 1) != 0) by_traffic_class_[value] |= bit;
    const auto takes_protocol = [&](std::size_t protocol) {
        const bool may_show_ports = protocol == packet::protocol_tcp || protocol == packet::protocol_udp;
        return (wanted.match_protocol == 0 || wanted.protocol == protocol) &&
               (wanted.match_ports == 0 || may_show_ports);
    };
    const auto takes_family = [&](std::uint8_t family) {
        return (wanted.source_family == 0 || wanted.source_family == family) &&
               (wanted.destination_family == 0 || wanted.destination_family == family);
    };
    for (std::size_t protocol = 0; protocol < by_protocol_[ipv4].size(); ++protocol) {
        if (!takes_protocol(protocol)) continue;
        if (takes_family(4)) by_protocol_[ipv4][protocol] |= bit;
        if (takes_family(6)) by_protocol_[ipv6][protocol] |= bit;
    }

    if (wanted.match_ports != 0) {
        with_ports_ |= bit;
        const std::uint32_t first = pair_of(wanted.source_port_first, wanted.destination_port_first);
        const std::uint32_t span =
            pair_of(static_cast<std::uint16_t>(wanted.source_port_last - wanted.source_port_first),
                    static_cast<std::uint16_t>(wanted.destination_port_last - wanted.destination_port_first));
        if (span != ~std::uint32_t{0}) port_tests_.push_back({first, span, others});
    }
    if (wanted.max_size != 0xffff) size_tests_.push_back({wanted.max_size, others});

    const auto prefix = [](std::uint8_t length, const std::array<std::uint8_t, 16>& address) {
        Ipv6Prefix made{};
        for (std::size_t i = 0; i < made.mask.size(); ++i) {
            const int bits = length - static_cast<int>(8 * i);
            made.mask[i] = bits >= 8 ? 0xff : bits <= 0 ? 0 : static_cast<std::uint8_t>(0xff00 >> bits);
            made.value[i] = address[i] & made.mask[i];
        }
        return made;
    };
    const Ipv6Prefix source = prefix(wanted.source_length, wanted.source);
    const Ipv6Prefix destination = prefix(wanted.destination_length, wanted.destination);
    const auto add_ipv4 = [&](std::vector<AddressTest>& tests, std::uint8_t family, const Ipv6Prefix& of) {
        if (const std::uint32_t mask = word_at(of.mask.data()); family == 4 && mask != 0)
            tests.push_back({mask, word_at(of.value.data()), others});
    };
    add_ipv4(source_tests_, wanted.source_family, source);
    add_ipv4(destination_tests_, wanted.destination_family, destination);
    if (wanted.source_family == 6 || wanted.destination_family == 6)
        ipv6_tests_.push_back({source, destination, others});
}

}  // namespace ropewalk::dataplane::tunnel
