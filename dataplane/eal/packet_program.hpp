#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <linux/filter.h>

namespace ropewalk::dataplane::eal {

/// Instructions of classic BPF, put together from blocks; the kernel takes BPF_MAXINSNS of them.
using PacketProgram = std::vector<sock_filter>;

inline void append(PacketProgram& to, const PacketProgram& what) {
    to.insert(to.end(), what.begin(), what.end());
}

inline sock_filter statement(int code, std::uint32_t value) {
    return BPF_STMT(static_cast<std::uint16_t>(code), value);
}

/// `block` when the accumulator is `value`, else what stands behind it. Jumps on a condition reach 255 instructions
/// only, those without one anywhere.
inline PacketProgram when(std::uint32_t value, const PacketProgram& block) {
    PacketProgram program{BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0),
                          statement(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(block.size()))};
    append(program, block);
    return program;
}

}  // namespace ropewalk::dataplane::eal
