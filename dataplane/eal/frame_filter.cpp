#include "dataplane/eal/frame_filter.hpp"

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include <cstddef>
#include <cstdint>

#include "dataplane/packet/headers.hpp"

namespace ropewalk::dataplane::eal {
namespace {

constexpr std::uint32_t whole_frame = 0xffffffff, nothing = 0;
constexpr std::uint32_t fragment_header = 44;
constexpr std::uint32_t ether_type_at = 12, ip_at = 14, ipv6_size = 40, fragment_header_size = 8;
/// Instructions that are left for ports; the others need less than the rest.
constexpr std::size_t room_for_ports = BPF_MAXINSNS - 64;
/// Once for IPv4, twice for IPv6.
constexpr std::size_t times_ports_stand = 3;

/// Fields that the kernel keeps beside the frame.
sock_filter load_beside(int field) {
    return statement(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(SKF_AD_OFF + field));
}

/// Ends with `nothing` unless the accumulator is `value`.
PacketProgram unless_equal_drop(std::uint32_t value) {
    return {BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0), statement(BPF_RET | BPF_K, nothing)};
}

/// Ends the program by the destination port in the accumulator.
PacketProgram by_port(std::span<const UdpPorts> ports) {
    PacketProgram program;
    for (const UdpPorts& range : ports) {
        program.push_back(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, range.first, 0, 2));
        program.push_back(BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, range.last, 1, 0));
        program.push_back(statement(BPF_RET | BPF_K, whole_frame));
    }
    program.push_back(statement(BPF_RET | BPF_K, nothing));
    return program;
}

PacketProgram ipv4(const PacketProgram& port_rules) {
    PacketProgram program{statement(BPF_LD | BPF_B | BPF_ABS, ip_at + 9)};
    append(program, unless_equal_drop(packet::protocol_udp));
    // A fragment that is not the first holds no ports.
    append(program, {statement(BPF_LD | BPF_H | BPF_ABS, ip_at + 6), statement(BPF_ALU | BPF_AND | BPF_K, 0x1fff)});
    append(program, unless_equal_drop(0));
    append(program, {statement(BPF_LDX | BPF_B | BPF_MSH, ip_at), statement(BPF_LD | BPF_H | BPF_IND, ip_at + 2)});
    append(program, port_rules);
    return program;
}

PacketProgram ipv6(const PacketProgram& port_rules) {
    constexpr std::uint32_t behind = ip_at + ipv6_size;
    PacketProgram whole{statement(BPF_LD | BPF_H | BPF_ABS, behind + 2)};
    append(whole, port_rules);
    PacketProgram fragment{statement(BPF_LD | BPF_B | BPF_ABS, behind)};
    append(fragment, unless_equal_drop(packet::protocol_udp));
    append(fragment, {statement(BPF_LD | BPF_H | BPF_ABS, behind + 2), statement(BPF_ALU | BPF_AND | BPF_K, 0xfff8)});
    append(fragment, unless_equal_drop(0));
    fragment.push_back(statement(BPF_LD | BPF_H | BPF_ABS, behind + fragment_header_size + 2));
    append(fragment, port_rules);

    const sock_filter load_next_header = statement(BPF_LD | BPF_B | BPF_ABS, ip_at + 6);
    PacketProgram program{load_next_header};
    append(program, when(packet::protocol_udp, whole));
    append(program, unless_equal_drop(fragment_header));
    append(program, fragment);
    return program;
}

}  // namespace

PacketProgram frame_filter(std::span<const UdpPorts> ports) {
    PacketProgram port_rules = by_port(ports);
    if (times_ports_stand * port_rules.size() > room_for_ports) port_rules = {statement(BPF_RET | BPF_K, whole_frame)};
    PacketProgram program{load_beside(SKF_AD_PKTTYPE)};
    append(program, unless_equal_drop(PACKET_HOST));
    program.push_back(load_beside(SKF_AD_VLAN_TAG_PRESENT));
    append(program, unless_equal_drop(0));
    program.push_back(statement(BPF_LD | BPF_H | BPF_ABS, ether_type_at));
    append(program, when(ETH_P_IP, ipv4(port_rules)));
    append(program, unless_equal_drop(ETH_P_IPV6));
    append(program, ipv6(port_rules));
    return program;
}

}  // namespace ropewalk::dataplane::eal
