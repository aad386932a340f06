#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/result.hpp"

namespace ropewalk::perf::linerate {

/// Where the packets of a trial went, step by step: what goes into a step comes out of it in named parts.
class Ledger {
public:
    enum class Fate : std::uint8_t { goes_on, dropped };
    struct Part {
        std::string name;
        std::uint64_t packets;
        Fate fate = Fate::goes_on;
    };
    struct Step {
        std::string name;
        std::uint64_t in;
        std::vector<Part> out;
    };

    void add(Step step) { steps_.push_back(std::move(step)); }

    const std::vector<Step>& steps() const { return steps_; }

    /// An error names the first step whose sum does not hold, what is missing and what was counted.
    Result<void> add_up() const;

private:
    std::vector<Step> steps_;
};

}  // namespace ropewalk::perf::linerate
