#include "tests/lab/wanem/loss_model.hpp"

namespace ropewalk::tests::lab::wanem {

std::optional<DropCause> LossModel::fate(const LinkSettings& settings) {
    const bool lost = independent_.happens(settings.loss);
    const bool lost_in_burst = burst_takes(settings.burst_loss);
    if (lost) return DropCause::loss;
    return lost_in_burst ? std::optional(DropCause::burst_loss) : std::nullopt;
}

/// Draws twice per frame whatever the settings, so that the draws of later frames stay the same.
bool LossModel::burst_takes(const std::optional<BurstLoss>& burst) {
    const std::uint64_t change = burst_.next(), loss = burst_.next();
    if (!burst) {
        is_bad_ = false;
        return false;
    }
    if (RandomStream::falls_within(change, is_bad_ ? burst->leave : burst->enter)) is_bad_ = !is_bad_;
    return RandomStream::falls_within(loss, is_bad_ ? burst->in_bad : burst->in_good);
}

}  // namespace ropewalk::tests::lab::wanem
