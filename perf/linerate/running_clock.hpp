#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace ropewalk::perf::linerate {

/// The time of a trial that counts: all but the spells in which the host had taken the CPU of the generator, or that of
/// the gateways, away. A virtual machine's CPUs stand still for milliseconds, while queues hold a fraction of one; what
/// is lost then says nothing about gateways. Pure; cycles of the TSC.
class RunningClock {
public:
    /// How long a sign of life may stay out until the CPU is held to be gone. More than any work takes in one go, and
    /// less than a queue lasts.
    struct Patience {
        std::uint64_t generator, gateways;

        bool is_endless() const { return generator == endless().generator; }

        /// Every moment counts.
        static constexpr Patience endless() {
            return {std::numeric_limits<std::uint64_t>::max(), std::numeric_limits<std::uint64_t>::max()};
        }
    };

    RunningClock() = default;
    RunningClock(Patience patience, std::uint64_t now, std::uint64_t rounds)
        : patience_(patience), last_look_(now), last_round_(now), rounds_(rounds) {}

    /// A sign of life of the generator, and how many rounds the gateways have made by now.
    void look(std::uint64_t now, std::uint64_t rounds) {
        const std::uint64_t step = now - last_look_;
        if (rounds != rounds_) {
            if (gateways_are_away_) undisturbed_since_ = now;
            gateways_are_away_ = false;
            rounds_ = rounds;
            last_round_ = now;
        }
        if (step > patience_.generator) {
            hold(held_by_generator_, step);
            undisturbed_since_ = now;
            // Gateways that were silent before are so still: their patience is of time that the generator runs in.
            if (last_round_ != now) last_round_ += step;
        } else if (now - last_round_ > patience_.gateways) {
            if (!gateways_are_away_) begin_gateways_away();
            hold(held_by_gateways_, step);
        } else {
            const std::uint64_t paid = std::min(step, owed_);
            owed_ -= paid;
            running_ += step - paid;
        }
        last_look_ = now;
    }

    /// Never goes back.
    std::uint64_t running() const { return running_; }
    /// What does not count.
    std::uint64_t held_by_generator() const { return held_by_generator_; }
    std::uint64_t held_by_gateways() const { return held_by_gateways_; }
    std::uint64_t longest_hold() const { return longest_hold_; }
    /// The time of the TSC since when nobody was away. Infinite while somebody is.
    std::uint64_t undisturbed_since() const {
        return gateways_are_away_ ? std::numeric_limits<std::uint64_t>::max() : undisturbed_since_;
    }

private:
    /// They have been away since their last round, and the time from there to here was counted already: what was
    /// offered in it waits for them, and as long must pass uncounted when they are back.
    void begin_gateways_away() {
        gateways_are_away_ = true;
        hold_ = 0;
        const std::uint64_t counted = last_look_ - last_round_;
        owed_ += counted;
        hold(held_by_gateways_, counted);
    }

    void hold(std::uint64_t& by, std::uint64_t cycles) {
        by += cycles;
        hold_ = gateways_are_away_ ? hold_ + cycles : cycles;
        longest_hold_ = std::max(longest_hold_, hold_);
    }

    Patience patience_ = Patience::endless();
    std::uint64_t last_look_ = 0, last_round_ = 0, rounds_ = 0;
    std::uint64_t running_ = 0, owed_ = 0;
    std::uint64_t held_by_generator_ = 0, held_by_gateways_ = 0, hold_ = 0, longest_hold_ = 0;
    std::uint64_t undisturbed_since_ = 0;
    bool gateways_are_away_ = false;
};

}  // namespace ropewalk::perf::linerate
