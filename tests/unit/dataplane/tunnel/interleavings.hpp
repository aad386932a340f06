#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "dataplane/tunnel/atomic_memory.hpp"

namespace ropewalk::tests::unit {

/// Runs a few threads in every order of their steps on shared memory. Each thread is a fiber of this one; before every
/// step it hands over to the scheduler, which goes through all choices, depth first, and leaves out a state that it has
/// seen: same memory, and every thread has read the same so far, hence will do the same.
/// Steps take effect at once and in order, as locked instructions of x86 do.
class Interleavings {
public:
    using Thread = std::function<void()>;

    /// `reset` brings the shared memory, always the same addresses, to its beginning; `threads` then run; `verify` is
    /// called once for each different end. Returns the number of ends.
    static std::uint64_t explore(const std::function<void()>& reset, const std::vector<Thread>& threads,
                                 const std::function<void()>& verify);

    /// To be called by the memory: before a step, and after it with what it read or wrote. Outside explore() both do
    /// nothing.
    static void step();
    static void has_read(std::uint64_t value);
    static void has_changed(const std::uint64_t& cell, std::uint64_t before, std::uint64_t after);
};

/// The memory of the window with a step before everything that other workers could see or cause.
struct SteppedMemory {
    using Pair = dataplane::tunnel::Pair;

    static std::uint64_t load(const std::uint64_t& cell) {
        Interleavings::step();
        Interleavings::has_read(cell);
        return cell;
    }
    static void add(std::uint64_t& cell, std::uint64_t amount) {
        Interleavings::step();
        change(cell, cell + amount);
    }
    static bool exchange(std::uint64_t& cell, std::uint64_t& expected, std::uint64_t desired) {
        Interleavings::step();
        Interleavings::has_read(cell);
        if (cell != expected) {
            expected = cell;
            return false;
        }
        change(cell, desired);
        return true;
    }
    static bool exchange(Pair& cell, Pair& expected, const Pair& desired) {
        Interleavings::step();
        Interleavings::has_read(cell.first);
        Interleavings::has_read(cell.second);
        if (cell.first != expected.first || cell.second != expected.second) {
            expected = cell;
            return false;
        }
        change(cell.first, desired.first);
        change(cell.second, desired.second);
        return true;
    }

private:
    static void change(std::uint64_t& cell, std::uint64_t value) {
        Interleavings::has_changed(cell, cell, value);
        cell = value;
    }
};

}  // namespace ropewalk::tests::unit
