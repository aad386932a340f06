#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace ropewalk::config {

/// Says when something that may flip is worth a line: at once where it was calm before, else when it has held for a
/// while. So a problem that comes and goes is told once, until it stays away: that all is well must always hold before
/// it is told, and a problem after that need not. Pure.
class CalmLog {
public:
    static constexpr std::uint64_t calm_ns = 2'000'000'000;
    /// For what may flip for hours.
    static constexpr std::uint64_t longest_calm_ns = 600'000'000'000;

    CalmLog() = default;
    /// Each line makes the while twice as long, up to `longest_ns`; it is calm_ns again when nothing has changed for
    /// that long.
    explicit CalmLog(std::uint64_t longest_ns) : longest_ns_(longest_ns) {}

    /// `now` is how it is, in the words of the line; empty: all is well, which is not told at first. To be asked again
    /// and again. Whether `now` is to be told.
    bool is_news(std::string_view now, std::uint64_t now_ns) {
        bool is_calm = has_held_for(hold_ns(), now_ns);
        if (now != seen_) {
            if (has_held_for(longest_ns_, now_ns)) lines_ = 0;
            seen_ = now;
            // What is found at first is no change.
            changed_ns_ = has_looked_ ? now_ns : 0;
            is_calm &= !seen_.empty();
        }
        has_looked_ = true;
        if (seen_ == told_) return false;
        const bool is_new_problem = told_.empty() && !seen_.empty();
        if (!is_calm && !is_new_problem) return false;
        told_ = seen_;
        ++lines_;
        return true;
    }

    /// What was told last.
    const std::string& told() const { return told_; }

private:
    bool has_held_for(std::uint64_t time_ns, std::uint64_t now_ns) const {
        return changed_ns_ == 0 || now_ns - changed_ns_ >= time_ns;
    }
    std::uint64_t hold_ns() const {
        constexpr unsigned enough = 20;
        return std::min(calm_ns << std::min(std::max(lines_, 1U) - 1, enough), longest_ns_);
    }

    std::uint64_t longest_ns_ = calm_ns;
    std::string seen_, told_;
    std::uint64_t changed_ns_ = 0;  ///< 0: never
    unsigned lines_ = 0;            ///< told since it was calm for the longest time
    bool has_looked_ = false;
};

}  // namespace ropewalk::config
