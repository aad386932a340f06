#include "dataplane/eal/fanout_program.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <map>

#include "dataplane/packet/headers.hpp"

namespace ropewalk::dataplane::eal {
namespace {

using Address = std::array<std::uint8_t, 16>;
/// The queue of each UDP port, by address.
using Queues = std::map<Address, std::map<std::uint16_t, std::uint16_t>>;

constexpr std::uint32_t golden_ratio = 0x9e3779b1;
/// Words of the program's memory.
constexpr std::uint32_t destination_port = 0, both_ports = 1, addresses = 2;

std::uint32_t word_of(const Address& address, std::size_t at) {
    std::uint32_t word;
    std::memcpy(&word, &address[at], sizeof word);
    return __builtin_bswap32(word);
}

/// Returns a queue, or goes on behind it.
PacketProgram choose(const Queues& queues, std::uint32_t family) {
    const std::uint32_t address_at = family == 4 ? 16 : 24;
    const std::size_t words = family == 4 ? 1 : 4;
    PacketProgram program;
    for (const auto& [address, by_port] : queues) {
        PacketProgram block{statement(BPF_LD | BPF_MEM, destination_port)};
        for (const auto& [port, queue] : by_port) append(block, when(port, {statement(BPF_RET | BPF_K, queue)}));
        for (std::size_t word = words; word-- > 0;) {
            PacketProgram outer{statement(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(address_at + 4 * word))};
            append(outer, when(word_of(address, 4 * word), block));
            block = std::move(outer);
        }
        append(program, block);
    }
    return program;
}

/// One more 32-bit word, in the accumulator, for the hash in the memory.
void mix(PacketProgram& program) {
    append(program, {statement(BPF_LDX | BPF_MEM, addresses), statement(BPF_ALU | BPF_XOR | BPF_X, 0),
                     statement(BPF_ALU | BPF_MUL | BPF_K, golden_ratio), statement(BPF_ST, addresses)});
}

/// Reads the ports into the memory, zero where there are none, then chooses among the rules when it is UDP.
/// `protocol_at` and `read_ports`, which leaves source and destination in the accumulator, are those of the family.
PacketProgram by_ports(std::uint32_t protocol_at, const PacketProgram& read_ports, const PacketProgram& rules) {
    PacketProgram with_ports = read_ports;
    append(with_ports, {statement(BPF_ST, both_ports), statement(BPF_ALU | BPF_AND | BPF_K, 0xffff),
                        statement(BPF_ST, destination_port)});
    PacketProgram datagram = with_ports;
    append(datagram, rules);
    PacketProgram program{statement(BPF_LD | BPF_B | BPF_ABS, protocol_at)};
    append(program, when(packet::protocol_udp, datagram));
    append(program, {statement(BPF_LD | BPF_B | BPF_ABS, protocol_at)});
    append(program, when(packet::protocol_tcp, with_ports));
    return program;
}

/// The rest of the way: all that tells flows apart, well mixed.
PacketProgram by_flow(std::uint32_t first_word_at, std::uint32_t words) {
    PacketProgram program;
    for (std::uint32_t word = 0; word < words; ++word) {
        program.push_back(statement(BPF_LD | BPF_W | BPF_ABS, first_word_at + 4 * word));
        mix(program);
    }
    program.push_back(statement(BPF_LD | BPF_MEM, both_ports));
    mix(program);
    append(program, {statement(BPF_LD | BPF_MEM, addresses), statement(BPF_ALU | BPF_RSH | BPF_K, 16),
                     statement(BPF_RET | BPF_A, 0)});
    return program;
}

PacketProgram ipv4(const Queues& queues) {
    // The kernel keeps no promise of a zero memory.
    PacketProgram program{statement(BPF_LD | BPF_IMM, 0), statement(BPF_ST, both_ports), statement(BPF_ST, addresses),
                          statement(BPF_LD | BPF_H | BPF_ABS, 6), statement(BPF_ALU | BPF_AND | BPF_K, 0x3fff)};
    append(program,
           when(0, by_ports(9, {statement(BPF_LDX | BPF_B | BPF_MSH, 0), statement(BPF_LD | BPF_W | BPF_IND, 0)},
                            choose(queues, 4))));
    append(program, by_flow(12, 2));
    return program;
}

PacketProgram ipv6(const Queues& queues) {
    PacketProgram program{statement(BPF_LD | BPF_IMM, 0), statement(BPF_ST, both_ports), statement(BPF_ST, addresses)};
    append(program, by_ports(6, {statement(BPF_LD | BPF_W | BPF_ABS, 40)}, choose(queues, 6)));
    append(program, by_flow(8, 8));
    return program;
}

}  // namespace

PacketProgram fanout_program(std::span<const SteeringRule> rules) {
    Queues v4, v6;
    for (const SteeringRule& rule : rules) (rule.family == 4 ? v4 : v6)[rule.address][rule.udp_port] = rule.queue;
    const PacketProgram version{statement(BPF_LD | BPF_B | BPF_ABS, 0), statement(BPF_ALU | BPF_RSH | BPF_K, 4)};
    PacketProgram program = version;
    append(program, when(4, ipv4(v4)));
    append(program, when(6, ipv6(v6)));
    program.push_back(statement(BPF_RET | BPF_K, 0));
    return program;
}

}  // namespace ropewalk::dataplane::eal
