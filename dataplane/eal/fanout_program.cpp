#include "dataplane/eal/fanout_program.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <map>

namespace ropewalk::dataplane::eal {
namespace {

using Program = std::vector<sock_filter>;
using Address = std::array<std::uint8_t, 16>;
/// The queue of each UDP port, by address.
using Queues = std::map<Address, std::map<std::uint16_t, std::uint16_t>>;

constexpr std::uint32_t tcp = 6, udp = 17;
constexpr std::uint32_t golden_ratio = 0x9e3779b1;
/// Words of the program's memory.
constexpr std::uint32_t destination_port = 0, ports = 1, addresses = 2;

void append(Program& to, const Program& what) {
    to.insert(to.end(), what.begin(), what.end());
}

sock_filter statement(int code, std::uint32_t value) {
    return BPF_STMT(static_cast<std::uint16_t>(code), value);
}

std::uint32_t word_of(const Address& address, std::size_t at) {
    std::uint32_t word;
    std::memcpy(&word, &address[at], sizeof word);
    return __builtin_bswap32(word);
}

/// `block` when the accumulator is `value`, else what stands behind it. Jumps on a condition reach 255 instructions
/// only, those without one anywhere.
Program when(std::uint32_t value, const Program& block) {
    Program program{BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0),
                    statement(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(block.size()))};
    append(program, block);
    return program;
}

/// Returns a queue, or goes on behind it.
Program choose(const Queues& queues, std::uint32_t family) {
    const std::uint32_t address_at = family == 4 ? 16 : 24;
    const std::size_t words = family == 4 ? 1 : 4;
    Program program;
    for (const auto& [address, by_port] : queues) {
        Program block{statement(BPF_LD | BPF_MEM, destination_port)};
        for (const auto& [port, queue] : by_port) append(block, when(port, {statement(BPF_RET | BPF_K, queue)}));
        for (std::size_t word = words; word-- > 0;) {
            Program outer{statement(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(address_at + 4 * word))};
            append(outer, when(word_of(address, 4 * word), block));
            block = std::move(outer);
        }
        append(program, block);
    }
    return program;
}

/// One more 32-bit word, in the accumulator, for the hash in the memory.
void mix(Program& program) {
    append(program, {statement(BPF_LDX | BPF_MEM, addresses), statement(BPF_ALU | BPF_XOR | BPF_X, 0),
                     statement(BPF_ALU | BPF_MUL | BPF_K, golden_ratio), statement(BPF_ST, addresses)});
}

/// Reads the ports into the memory, zero where there are none, then chooses among the rules when it is UDP.
/// `protocol_at` and `read_ports`, which leaves source and destination in the accumulator, are those of the family.
Program by_ports(std::uint32_t protocol_at, const Program& read_ports, const Program& rules) {
    Program with_ports = read_ports;
    append(with_ports, {statement(BPF_ST, ports), statement(BPF_ALU | BPF_AND | BPF_K, 0xffff),
                        statement(BPF_ST, destination_port)});
    Program datagram = with_ports;
    append(datagram, rules);
    Program program{statement(BPF_LD | BPF_B | BPF_ABS, protocol_at)};
    append(program, when(udp, datagram));
    append(program, {statement(BPF_LD | BPF_B | BPF_ABS, protocol_at)});
    append(program, when(tcp, with_ports));
    return program;
}

/// The rest of the way: all that tells flows apart, well mixed.
Program by_flow(std::uint32_t first_word_at, std::uint32_t words) {
    Program program;
    for (std::uint32_t word = 0; word < words; ++word) {
        program.push_back(statement(BPF_LD | BPF_W | BPF_ABS, first_word_at + 4 * word));
        mix(program);
    }
    program.push_back(statement(BPF_LD | BPF_MEM, ports));
    mix(program);
    append(program, {statement(BPF_LD | BPF_MEM, addresses), statement(BPF_ALU | BPF_RSH | BPF_K, 16),
                     statement(BPF_RET | BPF_A, 0)});
    return program;
}

Program ipv4(const Queues& queues) {
    // The kernel keeps no promise of a zero memory.
    Program program{statement(BPF_LD | BPF_IMM, 0), statement(BPF_ST, ports), statement(BPF_ST, addresses),
                    statement(BPF_LD | BPF_H | BPF_ABS, 6), statement(BPF_ALU | BPF_AND | BPF_K, 0x3fff)};
    append(program,
           when(0, by_ports(9, {statement(BPF_LDX | BPF_B | BPF_MSH, 0), statement(BPF_LD | BPF_W | BPF_IND, 0)},
                            choose(queues, 4))));
    append(program, by_flow(12, 2));
    return program;
}

Program ipv6(const Queues& queues) {
    Program program{statement(BPF_LD | BPF_IMM, 0), statement(BPF_ST, ports), statement(BPF_ST, addresses)};
    append(program, by_ports(6, {statement(BPF_LD | BPF_W | BPF_ABS, 40)}, choose(queues, 6)));
    append(program, by_flow(8, 8));
    return program;
}

}  // namespace

std::vector<sock_filter> fanout_program(std::span<const SteeringRule> rules) {
    Queues v4, v6;
    for (const SteeringRule& rule : rules) (rule.family == 4 ? v4 : v6)[rule.address][rule.udp_port] = rule.queue;
    const Program version{statement(BPF_LD | BPF_B | BPF_ABS, 0), statement(BPF_ALU | BPF_RSH | BPF_K, 4)};
    Program program = version;
    append(program, when(4, ipv4(v4)));
    append(program, when(6, ipv6(v6)));
    program.push_back(statement(BPF_RET | BPF_K, 0));
    return program;
}

}  // namespace ropewalk::dataplane::eal
