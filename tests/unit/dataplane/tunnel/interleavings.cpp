#include "tests/unit/dataplane/tunnel/interleavings.hpp"

#include <setjmp.h>
#include <ucontext.h>

#include <memory>
#include <unordered_set>

namespace ropewalk::tests::unit {

namespace {

constexpr std::size_t stack_bytes = 64 << 10;

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    std::uint64_t x = (a ^ (b + 0x9e3779b97f4a7c15ULL + (a << 6) + (a >> 2))) * 0xff51afd7ed558ccdULL;
    x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53ULL;
    return x ^ (x >> 29);
}

/// A context to come back to. Entered by ucontext once, then by jumps: swapcontext() is two system calls each time.
struct Fiber {
    ucontext_t beginning;
    jmp_buf place;
    std::unique_ptr<char[]> stack{new char[stack_bytes]};
    const Interleavings::Thread* body = nullptr;
    std::uint64_t history = 0;  ///< of all it has read
    bool started = false, finished = false;
};

/// The exploration under way; null outside.
struct Exploration {
    jmp_buf scheduler;
    std::vector<Fiber> fibers;
    Fiber* running = nullptr;
    std::uint64_t memory = 0;  ///< hash of what the threads have made of the shared memory

    void begin(const std::vector<Interleavings::Thread>& threads);
    void resume(Fiber& fiber) {
        running = &fiber;
        if (_setjmp(scheduler) == 0) {
            if (fiber.started) _longjmp(fiber.place, 1);
            fiber.started = true;
            setcontext(&fiber.beginning);
        }
        running = nullptr;
    }
    void yield() {
        if (_setjmp(running->place) == 0) _longjmp(scheduler, 1);
    }
    std::uint64_t state() const {
        std::uint64_t hash = memory;
        for (const Fiber& fiber : fibers) hash = mix(mix(hash, fiber.history), fiber.finished ? 1 : 0);
        return hash;
    }
};

Exploration* current = nullptr;

void run_fiber() {
    Fiber& fiber = *current->running;
    (*fiber.body)();
    fiber.finished = true;
    current->yield();
}

void Exploration::begin(const std::vector<Interleavings::Thread>& threads) {
    memory = 0;
    for (std::size_t i = 0; i < threads.size(); ++i) {
        Fiber& fiber = fibers[i];
        fiber.body = &threads[i];
        fiber.history = i;
        fiber.started = fiber.finished = false;
        getcontext(&fiber.beginning);
        fiber.beginning.uc_stack.ss_sp = fiber.stack.get();
        fiber.beginning.uc_stack.ss_size = stack_bytes;
        makecontext(&fiber.beginning, run_fiber, 0);
        resume(fiber);  // up to its first step
    }
}

/// One choice on the way: which threads could run, and which one does now.
struct Choice {
    std::vector<std::size_t> threads;
    std::size_t taken = 0;
};

}  // namespace

void Interleavings::step() {
    if (current == nullptr || current->running == nullptr) return;
    current->yield();
}

void Interleavings::has_read(std::uint64_t value) {
    if (current == nullptr || current->running == nullptr) return;
    current->running->history = mix(current->running->history, value);
}

void Interleavings::has_changed(const std::uint64_t& cell, std::uint64_t before, std::uint64_t after) {
    if (current == nullptr || current->running == nullptr) return;
    const auto address = reinterpret_cast<std::uintptr_t>(&cell);
    current->memory ^= mix(address, before) ^ mix(address, after);
    current->running->history = mix(current->running->history, after);
}

std::uint64_t Interleavings::explore(const std::function<void()>& reset, const std::vector<Thread>& threads,
                                     const std::function<void()>& verify) {
    Exploration exploration;
    exploration.fibers.resize(threads.size());
    std::unordered_set<std::uint64_t> seen;
    std::vector<Choice> way;
    std::uint64_t ends = 0;
    do {
        current = nullptr;
        reset();
        current = &exploration;
        exploration.begin(threads);
        for (std::size_t depth = 0;; ++depth) {
            if (depth == way.size()) {
                if (!seen.insert(exploration.state()).second) break;
                Choice choice;
                for (std::size_t i = 0; i < threads.size(); ++i)
                    if (!exploration.fibers[i].finished) choice.threads.push_back(i);
                if (choice.threads.empty()) {
                    current = nullptr;
                    ++ends;
                    verify();
                    break;
                }
                way.push_back(std::move(choice));
            }
            exploration.resume(exploration.fibers[way[depth].threads[way[depth].taken]]);
        }
        while (!way.empty() && ++way.back().taken == way.back().threads.size()) way.pop_back();
    } while (!way.empty());
    current = nullptr;
    return ends;
}

}  // namespace ropewalk::tests::unit
