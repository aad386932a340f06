#pragma once

#include <atomic>
#include <cstdint>

namespace ropewalk::config::region {

/// A 64-bit cell with one writer and any number of readers in other processes: a plain add, never a torn read.
class Counter {
public:
    void add(std::uint64_t amount) { set(get() + amount); }
    void set(std::uint64_t value) { value_.store(value, std::memory_order_relaxed); }
    std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

static_assert(sizeof(Counter) == 8 && std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace ropewalk::config::region
