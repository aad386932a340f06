#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "config/codes.hpp"
#include "config/region/layout.hpp"

namespace ropewalk::dataplane::eal {

/// What came of handing joined datagrams to this machine's kernel.
struct TrialOutcome {
    enum class Verdict : std::uint8_t { right, wrong, not_tried } verdict;
    std::string why;  ///< unless right
};

/// Whether copies leave a port joined, or why not.
struct Joining {
    config::region::JoiningCode code = config::region::JoiningCode::unknown;
    std::string why = {};  ///< what the trial found, where that is the reason

    bool is_on() const { return code == config::region::JoiningCode::joined; }
    /// One sentence for the log.
    std::string sentence() const;
};

struct JoiningFacts {
    config::Joined wanted;
    bool linux_takes_joined, device_cuts;
};

/// `trial` is asked only where nothing else speaks against joining. Pure.
Joining decide_joining(const JoiningFacts& facts, const std::function<TrialOutcome()>& trial);

}  // namespace ropewalk::dataplane::eal
