#include "control/reload/pending_reloads.hpp"

#include <utility>

namespace ropewalk::control::reload {

void PendingReloads::run(const publication::DataplaneFacts& dataplane, std::uint64_t now_ns,
                         std::vector<ReloadAnswer>& answers) {
    for (Pending& one : std::exchange(pending_, {})) {
        const auto fate = publication::fate_of(one.generation, dataplane);
        if (fate.kind == publication::GenerationFate::Kind::pending && now_ns < one.deadline_ns) {
            pending_.push_back(std::move(one));
            continue;
        }
        add_fate(one.answer.report, one.generation, fate);
        answers.push_back(std::move(one.answer));
    }
}

}  // namespace ropewalk::control::reload
