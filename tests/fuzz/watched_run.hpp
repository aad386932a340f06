#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "tests/packets/bytes.hpp"

namespace ropewalk::tests::fuzz {

/// Where a run leaves the input it is at, in memory that outlives its process.
class InputInWork {
public:
    InputInWork();
    InputInWork(const InputInWork&) = delete;
    InputInWork& operator=(const InputInWork&) = delete;
    ~InputInWork();

    /// Cut to what there is room for, far more than any driver's inputs have.
    void begin(const packets::Bytes& input);
    /// Of the present input, from 1; 0 before the first.
    std::uint64_t number() const;
    packets::Bytes input() const;

private:
    struct Shared;
    Shared* shared_;
};

/// How the process of a run ended.
struct Ending {
    bool is_good;
    std::string text;  ///< `killed by signal 6`
};

/// Does `run` in a process of its own, whose death it survives. One that stays at an input for `patience_s` is ended.
Ending run_watched(const InputInWork& work, unsigned patience_s, const std::function<void()>& run);

}  // namespace ropewalk::tests::fuzz
