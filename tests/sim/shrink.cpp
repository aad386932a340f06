#include "tests/sim/shrink.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ropewalk::tests::sim {
namespace {

class Shrinker {
public:
    Shrinker(Runner& runner, const Scenario& whole, const std::string& property)
        : runner_(runner), whole_(whole), property_(property), left_(Selection::all_of(whole)) {}

    Selection shrink() {
        leave_out(&Selection::faults, 0);
        leave_out(&Selection::paths, 1);
        while (left_.largest_burst > 1) {
            Selection smaller = left_;
            smaller.largest_burst /= 2;
            if (!keep_if_it_fails(smaller)) break;
        }
        // With fewer paths a fault may have become needless.
        leave_out(&Selection::faults, 0);
        return left_;
    }

private:
    bool keep_if_it_fails(const Selection& selection) {
        const Outcome outcome = runner_.run(selection.of(whole_));
        if (!outcome.violation || outcome.violation->property != property_) return false;
        left_ = selection;
        return true;
    }

    /// Half of them at once, then ever smaller parts, then one by one (Zeller, "Simplifying and isolating
    /// failure-inducing input", 2002).
    void leave_out(std::vector<unsigned> Selection::*which, std::size_t least) {
        for (std::size_t size = std::max<std::size_t>(1, (left_.*which).size() / 2);; size /= 2) {
            for (std::size_t at = 0; at < (left_.*which).size();) {
                Selection without = left_;
                auto& list = without.*which;
                list.erase(list.begin() + static_cast<std::ptrdiff_t>(at),
                           list.begin() + static_cast<std::ptrdiff_t>(std::min(at + size, list.size())));
                if (list.size() < least || !keep_if_it_fails(without)) at += size;
            }
            if (size <= 1) return;
        }
    }

    Runner& runner_;
    const Scenario& whole_;
    const std::string& property_;
    Selection left_;
};

}  // namespace

Selection Selection::all_of(const Scenario& scenario) {
    Selection all{std::vector<unsigned>(scenario.faults.size()), std::vector<unsigned>(scenario.paths.size()),
                  scenario.largest_burst};
    std::iota(all.faults.begin(), all.faults.end(), 1U);
    std::iota(all.paths.begin(), all.paths.end(), 1U);
    return all;
}

Scenario Selection::of(const Scenario& whole) const {
    Scenario part = whole;
    part.faults.clear();
    for (const unsigned fault : faults)
        if (fault >= 1 && fault <= whole.faults.size()) part.faults.push_back(whole.faults[fault - 1]);
    for (std::size_t i = 0; i < part.path_in_use.size(); ++i)
        part.path_in_use[i] = std::ranges::find(paths, i + 1) != paths.end();
    part.largest_burst = largest_burst;
    settle_end(part);
    return part;
}

std::string Selection::command(const Scenario& whole) const {
    const Selection all = all_of(whole);
    std::string text = fmt::format("ropewalk-sim --seed {}", whole.seed);
    if (faults != all.faults)
        text += faults.empty() ? " --faults none" : fmt::format(" --faults {}", fmt::join(faults, ","));
    if (paths != all.paths) text += fmt::format(" --paths {}", fmt::join(paths, ","));
    if (largest_burst != all.largest_burst) text += fmt::format(" --burst {}", largest_burst);
    return text;
}

Selection shrink(Runner& runner, const Scenario& whole, const std::string& property) {
    return Shrinker(runner, whole, property).shrink();
}

}  // namespace ropewalk::tests::sim
