#include "dataplane/eal/frame_filter.hpp"

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include <algorithm>
#include <cstddef>

namespace ropewalk::dataplane::eal {
namespace {

using Program = std::vector<sock_filter>;

constexpr std::uint32_t whole_frame = 0xffffffff, nothing = 0;
constexpr std::uint32_t udp = 17, fragment_header = 44;
constexpr std::uint32_t ether_type_at = 12, ip_at = 14, ipv6_size = 40, fragment_header_size = 8;
/// Instructions that are left for ports; the others need less than the rest.
constexpr std::size_t room_for_ports = BPF_MAXINSNS - 64;
/// Once for IPv4, twice for IPv6.
constexpr std::size_t times_ports_stand = 3;

void append(Program& to, const Program& what) {
    to.insert(to.end(), what.begin(), what.end());
}

sock_filter statement(int code, std::uint32_t value) {
    return BPF_STMT(static_cast<std::uint16_t>(code), value);
}

/// Fields that the kernel keeps beside the frame.
sock_filter load_beside(int field) {
    return statement(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(SKF_AD_OFF + field));
}

/// Ends with `nothing` unless the accumulator is `value`.
Program unless_equal_drop(std::uint32_t value) {
    return {BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0), statement(BPF_RET | BPF_K, nothing)};
}

/// `block` when the accumulator is `value`, else what stands behind it.
Program when(std::uint32_t value, const Program& block) {
    Program program{BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0),
                    statement(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(block.size()))};
    append(program, block);
    return program;
}

/// Ends the program by the destination port in the accumulator.
Program by_port(std::span<const UdpPorts> ports) {
    Program program;
    for (const UdpPorts& range : ports) {
        program.push_back(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, range.first, 0, 2));
        program.push_back(BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, range.last, 1, 0));
        program.push_back(statement(BPF_RET | BPF_K, whole_frame));
    }
    program.push_back(statement(BPF_RET | BPF_K, nothing));
    return program;
}

Program ipv4(const Program& port_rules) {
    Program program{statement(BPF_LD | BPF_B | BPF_ABS, ip_at + 9)};
    append(program, unless_equal_drop(udp));
    // A fragment that is not the first holds no ports.
    append(program, {statement(BPF_LD | BPF_H | BPF_ABS, ip_at + 6), statement(BPF_ALU | BPF_AND | BPF_K, 0x1fff)});
    append(program, unless_equal_drop(0));
    append(program, {statement(BPF_LDX | BPF_B | BPF_MSH, ip_at), statement(BPF_LD | BPF_H | BPF_IND, ip_at + 2)});
    append(program, port_rules);
    return program;
}

Program ipv6(const Program& port_rules) {
    constexpr std::uint32_t behind = ip_at + ipv6_size;
    Program whole{statement(BPF_LD | BPF_H | BPF_ABS, behind + 2)};
    append(whole, port_rules);
    Program fragment{statement(BPF_LD | BPF_B | BPF_ABS, behind)};
    append(fragment, unless_equal_drop(udp));
    append(fragment, {statement(BPF_LD | BPF_H | BPF_ABS, behind + 2), statement(BPF_ALU | BPF_AND | BPF_K, 0xfff8)});
    append(fragment, unless_equal_drop(0));
    fragment.push_back(statement(BPF_LD | BPF_H | BPF_ABS, behind + fragment_header_size + 2));
    append(fragment, port_rules);

    const sock_filter load_next_header = statement(BPF_LD | BPF_B | BPF_ABS, ip_at + 6);
    Program program{load_next_header};
    append(program, when(udp, whole));
    append(program, unless_equal_drop(fragment_header));
    append(program, fragment);
    return program;
}

}  // namespace

std::vector<UdpPorts> merged(std::vector<UdpPorts> ports) {
    std::ranges::sort(ports);
    std::vector<UdpPorts> merged;
    for (const UdpPorts& range : ports) {
        if (!merged.empty() && range.first <= merged.back().last + 1)
            merged.back().last = std::max(merged.back().last, range.last);
        else
            merged.push_back(range);
    }
    return merged;
}

std::vector<sock_filter> frame_filter(std::span<const UdpPorts> ports) {
    Program port_rules = by_port(ports);
    if (times_ports_stand * port_rules.size() > room_for_ports) port_rules = {statement(BPF_RET | BPF_K, whole_frame)};
    Program program{load_beside(SKF_AD_PKTTYPE)};
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
