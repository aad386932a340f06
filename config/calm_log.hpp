#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ropewalk::config {

/// Says when something that may flip is worth a line: at once where it was calm before, else when it has held for a
/// while. So a problem that comes and goes is told once, until it stays away. Pure.
class CalmLog {
public:
    static constexpr std::uint64_t calm_ns = 2'000'000'000;

    /// `now` is how it is, in the words of the line; empty: all is well, which is not told at first. To be asked again
    /// and again. Whether `now` is to be told.
    bool is_news(std::string_view now, std::uint64_t now_ns) {
        const bool was_calm = changed_ns_ == 0 || now_ns - changed_ns_ >= calm_ns;
        if (now != seen_) {
            seen_ = now;
            // What is found at first is no change.
            changed_ns_ = has_looked_ ? now_ns : 0;
        }
        has_looked_ = true;
        if (seen_ == told_ || !was_calm) return false;
        told_ = seen_;
        return true;
    }

    /// What was told last.
    const std::string& told() const { return told_; }

private:
    std::string seen_, told_;
    std::uint64_t changed_ns_ = 0;  ///< 0: never
    bool has_looked_ = false;
};

}  // namespace ropewalk::config
