#include "dataplane/eal/joining.hpp"

#include <utility>

#include <fmt/format.h>

namespace ropewalk::dataplane::eal {

using config::region::JoiningCode;
using Verdict = TrialOutcome::Verdict;

Joining decide_joining(const JoiningFacts& facts, const std::function<TrialOutcome()>& trial) {
    if (facts.wanted == config::Joined::off) return {JoiningCode::switched_off};
    if (!facts.linux_takes_joined) return {JoiningCode::old_linux};
    if (!facts.device_cuts) return {JoiningCode::device_does_not_cut};
    TrialOutcome outcome = trial();
    switch (outcome.verdict) {
        case Verdict::right:
            return {JoiningCode::joined};
        case Verdict::wrong:
            return {JoiningCode::cut_wrongly, std::move(outcome.why)};
        case Verdict::not_tried:
            break;
    }
    return {JoiningCode::not_tried, std::move(outcome.why)};
}

std::string Joining::sentence() const {
    switch (code) {
        case JoiningCode::unknown:
            break;
        case JoiningCode::joined:
            return "copies of a path leave joined and the device cuts them, but for paths with udp_checksum: zero";
        case JoiningCode::switched_off:
            return "copies leave frame by frame, as the port's joined: off asks";
        case JoiningCode::old_linux:
            return "copies leave frame by frame: Linux is older than 6.2";
        case JoiningCode::device_does_not_cut:
            return "copies leave frame by frame: the device does not cut UDP (ethtool -k: tx-udp-segmentation)";
        case JoiningCode::cut_wrongly:
            return fmt::format(
                "copies leave frame by frame: this kernel cuts joined UDP wrongly, as a trial in a network namespace "
                "of its own showed ({}); another kernel mends it",
                why);
        case JoiningCode::not_tried:
            return fmt::format(
                "copies leave frame by frame: whether this kernel cuts joined UDP rightly could not be "
                "tried in a network namespace of its own ({})",
                why);
    }
    return {};
}

}  // namespace ropewalk::dataplane::eal
