#include "dataplane/eal/flow_steering.hpp"

#include <linux/bpf.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace ropewalk::dataplane::eal {

namespace {

constexpr std::uint8_t result = BPF_REG_0, packet = BPF_REG_1, context = BPF_REG_6, hash = BPF_REG_7, at = BPF_REG_8;

constexpr bpf_insn instruction(int code, std::uint8_t to, std::uint8_t from, std::int16_t jump, std::int32_t value) {
    return {static_cast<std::uint8_t>(code), to, from, jump, value};
}
/// `result` becomes bytes of the packet; beyond its end the program ends with 0.
constexpr bpf_insn load(int size, std::int32_t offset) {
    return instruction(BPF_LD | BPF_ABS | size, result, 0, 0, offset);
}
constexpr bpf_insn load_word_at(std::uint8_t place) {
    return instruction(BPF_LD | BPF_IND | BPF_W, result, place, 0, 0);
}
constexpr bpf_insn copy(std::uint8_t to, std::uint8_t from) {
    return instruction(BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0);
}
constexpr bpf_insn compute(int operation, std::uint8_t to, std::int32_t value) {
    return instruction(BPF_ALU | operation | BPF_K, to, 0, 0, value);
}
constexpr bpf_insn mix() {
    return instruction(BPF_ALU | BPF_XOR | BPF_X, hash, result, 0, 0);
}
/// Leaves out that many instructions if `result` compares so.
constexpr bpf_insn skip(int comparison, std::int32_t value, std::int16_t instructions) {
    return instruction(BPF_JMP | comparison | BPF_K, result, 0, instructions, value);
}

constexpr std::int32_t tcp = 6, udp = 17;
constexpr auto golden_ratio = static_cast<std::int32_t>(0x9e3779b1);

/// Over IPv4 or IPv6 without a link header. Fragments, and what has no ports, by addresses alone.
constexpr auto program = std::to_array<bpf_insn>({
    copy(context, packet),
    compute(BPF_MOV, hash, 0),
    load(BPF_B, 0),
    compute(BPF_RSH, result, 4),
    skip(BPF_JEQ, 6, 18),
    skip(BPF_JNE, 4, 38),
    // IPv4: source, destination
    load(BPF_W, 12),
    mix(),
    load(BPF_W, 16),
    mix(),
    load(BPF_H, 6),
    compute(BPF_AND, result, 0x3fff),
    skip(BPF_JNE, 0, 31),
    load(BPF_B, 9),
    skip(BPF_JEQ, tcp, 1),
    skip(BPF_JNE, udp, 28),
    load(BPF_B, 0),
    compute(BPF_AND, result, 15),
    compute(BPF_LSH, result, 2),
    copy(at, result),
    load_word_at(at),
    mix(),
    skip(BPF_JA, 0, 21),
    // IPv6: source, destination
    load(BPF_W, 8),
    mix(),
    load(BPF_W, 12),
    mix(),
    load(BPF_W, 16),
    mix(),
    load(BPF_W, 20),
    mix(),
    load(BPF_W, 24),
    mix(),
    load(BPF_W, 28),
    mix(),
    load(BPF_W, 32),
    mix(),
    load(BPF_W, 36),
    mix(),
    load(BPF_B, 6),
    skip(BPF_JEQ, tcp, 1),
    skip(BPF_JNE, udp, 2),
    load(BPF_W, 40),
    mix(),
    // The kernel takes the remainder by the number of queues.
    compute(BPF_MUL, hash, golden_ratio),
    compute(BPF_RSH, hash, 16),
    copy(result, hash),
    instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
});

}  // namespace

bool steer_flows(const config::region::FileDescriptor& tun) {
    bpf_attr attributes{};
    attributes.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
    attributes.insns = reinterpret_cast<std::uintptr_t>(program.data());
    attributes.insn_cnt = program.size();
    attributes.license = reinterpret_cast<std::uintptr_t>("Apache-2.0");
    const config::region::FileDescriptor loaded(
        static_cast<int>(::syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes)));
    int number = loaded.number();
    return number >= 0 && ::ioctl(tun.number(), TUNSETSTEERINGEBPF, &number) == 0;
}

}  // namespace ropewalk::dataplane::eal
