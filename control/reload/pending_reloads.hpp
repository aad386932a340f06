#pragma once

#include <cstdint>
#include <vector>

#include "control/publication/dataplane_facts.hpp"
#include "control/reload/reload_answer.hpp"

namespace ropewalk::control::reload {

/// Reloads whose snapshot the dataplane has not judged yet. Pure.
class PendingReloads {
public:
    /// A worker takes a configuration up within milliseconds; a starved machine is given time before a reload is called
    /// late.
    static constexpr std::uint64_t reload_patience_ns = 5'000'000'000;

    void add(ReloadAnswer answer, std::uint64_t generation, std::uint64_t now_ns) {
        pending_.push_back({std::move(answer), generation, now_ns + reload_patience_ns});
    }

    /// Moves those that the dataplane has judged, or that were waited for too long, to `answers`.
    void run(const publication::DataplaneFacts& dataplane, std::uint64_t now_ns, std::vector<ReloadAnswer>& answers);

private:
    struct Pending {
        ReloadAnswer answer;
        std::uint64_t generation;
        std::uint64_t deadline_ns;
    };

    std::vector<Pending> pending_;
};

}  // namespace ropewalk::control::reload
