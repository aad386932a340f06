#pragma once

#include <atomic>
#include <cstdint>

namespace ropewalk::dataplane::tunnel {

/// Two numbers that change together: 16 bytes, one compare-and-swap.
struct alignas(16) Pair {
    std::uint64_t first = 0;
    std::uint64_t second = 0;
};

/// The steps by which workers share memory. A parameter of what uses them, so that a test can put a memory in their
/// place that tries every order of the steps.
struct AtomicMemory {
    static std::uint64_t load(const std::uint64_t& cell) {
        return std::atomic_ref(const_cast<std::uint64_t&>(cell)).load(std::memory_order_acquire);
    }
    static void add(std::uint64_t& cell, std::uint64_t amount) {
        std::atomic_ref(cell).fetch_add(amount, std::memory_order_relaxed);
    }
    /// Puts `desired` where `expected` stands. Otherwise false, and `expected` becomes what stands there.
    static bool exchange(std::uint64_t& cell, std::uint64_t& expected, std::uint64_t desired) {
        return std::atomic_ref(cell).compare_exchange_strong(expected, desired, std::memory_order_acq_rel);
    }
    static bool exchange(Pair& cell, Pair& expected, const Pair& desired) {
        // For std::atomic of 16 bytes GCC calls a library; this is the instruction itself (x86-64-v2 has it).
        using Wide [[gnu::may_alias]] = unsigned __int128;
        const auto wide = [](const Pair& pair) { return Wide{pair.second} << 64 | pair.first; };
        const Wide wanted = wide(expected);
        const Wide found = __sync_val_compare_and_swap(reinterpret_cast<Wide*>(&cell), wanted, wide(desired));
        if (found == wanted) return true;
        expected = {static_cast<std::uint64_t>(found), static_cast<std::uint64_t>(found >> 64)};
        return false;
    }
};

}  // namespace ropewalk::dataplane::tunnel
