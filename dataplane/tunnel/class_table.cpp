#include "dataplane/tunnel/class_table.hpp"

namespace ropewalk::dataplane::tunnel {

using config::snapshot::ClassRecord;

ClassTable::ClassTable(std::span<const ClassRecord> classes, std::span<const std::uint32_t> paths)
    : groups_((classes.size() + group_size - 1) / group_size) {
    for (std::size_t i = 0; i < classes.size(); ++i) {
        const auto index = static_cast<unsigned>(i % group_size);
        add(groups_[i / group_size], index, classes[i]);
        groups_[i / group_size].paths[index] = paths[i];
    }
}

bool ClassTable::Ipv6Test::holds(const std::uint8_t* address) const {
    for (std::size_t i = 0; i < mask.size(); ++i)
        if ((address[i] & mask[i]) != value[i]) return false;
    return true;
}

unsigned ClassTable::of_ipv6_addresses(const Group& group, const std::uint8_t* source, const std::uint8_t* destination,
                                       unsigned classes) {
    for (unsigned asked = classes & group.with_addresses; asked != 0; asked &= asked - 1) {
        const auto index = static_cast<unsigned>(std::countr_zero(asked));
        if (!group.source[index].holds(source) || !group.destination[index].holds(destination))
            classes &= ~(1U << index);
    }
    return classes;
}

void ClassTable::add(Group& group, unsigned index, const ClassRecord& wanted) {
    const auto bit = static_cast<Bits>(1U << index);
    group.largest_size[index] = wanted.max_size;
    const bool any_ports = wanted.match_ports == 0;
    const auto span = [any_ports](std::uint16_t first, std::uint16_t last) {
        return any_ports ? std::uint16_t{0xffff} : static_cast<std::uint16_t>(last - first);
    };
    group.source_port_first[index] = wanted.source_port_first;
    group.source_port_span[index] = span(wanted.source_port_first, wanted.source_port_last);
    group.destination_port_first[index] = wanted.destination_port_first;
    group.destination_port_span[index] = span(wanted.destination_port_first, wanted.destination_port_last);
    for (std::size_t dscp = 0; dscp < group.by_dscp.size(); ++dscp)
        if ((wanted.dscp_mask >> dscp & 1) != 0) group.by_dscp[dscp] |= bit;
    for (std::size_t protocol = 0; protocol < group.by_protocol.size(); ++protocol)
        if (wanted.match_protocol == 0 || wanted.protocol == protocol) group.by_protocol[protocol] |= bit;
    if (any_ports) group.by_ports_shown[0] |= bit;
    group.by_ports_shown[1] |= bit;

    const auto fill = [](Ipv6Test& test, std::uint8_t length, const std::array<std::uint8_t, 16>& prefix) {
        for (std::size_t i = 0; i < test.mask.size(); ++i) {
            const int bits = length - static_cast<int>(8 * i);
            test.mask[i] = bits >= 8 ? 0xff : bits <= 0 ? 0 : static_cast<std::uint8_t>(0xff00 >> bits);
            test.value[i] = prefix[i] & test.mask[i];
        }
    };
    fill(group.source[index], wanted.source_length, wanted.source);
    fill(group.destination[index], wanted.destination_length, wanted.destination);
    const auto first_four = [](const std::array<std::uint8_t, 16>& bytes) {
        std::uint32_t word;
        std::memcpy(&word, bytes.data(), sizeof word);
        return word;
    };
    group.source_mask[index] = first_four(group.source[index].mask);
    group.source_value[index] = first_four(group.source[index].value);
    group.destination_mask[index] = first_four(group.destination[index].mask);
    group.destination_value[index] = first_four(group.destination[index].value);
    const auto takes = [&](std::uint8_t family) {
        return (wanted.source_family == 0 || wanted.source_family == family) &&
               (wanted.destination_family == 0 || wanted.destination_family == family);
    };
    if (takes(4)) group.of_ipv4 |= bit;
    if (takes(6)) group.of_ipv6 |= bit;
    if (wanted.source_family != 0 || wanted.destination_family != 0) group.with_addresses |= bit;
}

}  // namespace ropewalk::dataplane::tunnel
