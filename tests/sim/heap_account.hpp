#pragma once

#include <cstddef>

namespace ropewalk::tests::sim {

/// What one simulated process holds of the heap: while a Charge lives, everything allocated is put on its account, and
/// taken off wherever it is freed. Must outlive what was allocated on it.
class HeapAccount {
public:
    std::size_t bytes() const { return bytes_; }

    class Charge {
    public:
        explicit Charge(HeapAccount& account);
        ~Charge();
        Charge(const Charge&) = delete;
        Charge& operator=(const Charge&) = delete;

    private:
        HeapAccount* before_;
    };

    /// Inside a Charge: what the simulation itself allocates meanwhile is on nobody's account.
    class Pause {
    public:
        Pause();
        ~Pause();
        Pause(const Pause&) = delete;
        Pause& operator=(const Pause&) = delete;

    private:
        HeapAccount* before_;
    };

    void add(std::size_t bytes) { bytes_ += bytes; }
    void take_off(std::size_t bytes) { bytes_ -= bytes; }

private:
    std::size_t bytes_ = 0;
};

}  // namespace ropewalk::tests::sim
