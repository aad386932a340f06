#include "perf/linerate/ledger.hpp"

#include <fmt/format.h>

namespace ropewalk::perf::linerate {

Result<void> Ledger::add_up() const {
    for (const Step& step : steps_) {
        std::uint64_t sum = 0;
        std::string parts;
        for (const Part& part : step.out) {
            sum += part.packets;
            if (part.packets != 0) parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", part.packets, part.name);
        }
        if (sum == step.in) continue;
        return fail(fmt::format("the packets do not add up: of {} {}, {} are {}: {}", step.in, step.name,
                                sum < step.in ? step.in - sum : sum - step.in, sum < step.in ? "missing" : "too many",
                                parts.empty() ? "nothing was counted" : parts));
    }
    return {};
}

}  // namespace ropewalk::perf::linerate
