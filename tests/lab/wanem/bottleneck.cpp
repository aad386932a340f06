#include "tests/lab/wanem/bottleneck.hpp"

#include <algorithm>

namespace ropewalk::tests::lab::wanem {
namespace {

constexpr std::uint64_t nanoseconds_per_second = 1'000'000'000;

using Wide = unsigned __int128;

Wide nanobits(std::uint64_t bytes) {
    return Wide{bytes} * 8 * nanoseconds_per_second;
}

}  // namespace

std::optional<Duration> Bottleneck::accept(Duration now, std::uint32_t frame_bytes, const LinkSettings& settings) {
    // Without a rate nothing waits, yet what waited before it was lifted still stands ahead.
    forget_what_left(now);
    if (!settings.rate) return std::max(now, busy_until_);
    if (settings.policer) {
        if (!takes_tokens(now, frame_bytes, *settings.rate, *settings.policer)) return std::nullopt;
        return std::max(now, busy_until_);
    }
    if (!has_room(now, frame_bytes, settings.queue)) return std::nullopt;

    if (busy_until_ < now) {
        busy_until_ = now;
        remainder_ = 0;
    }
    const Wide work = nanobits(frame_bytes) + remainder_;
    busy_until_ += Duration(static_cast<Duration::rep>(work / settings.rate->count));
    remainder_ = static_cast<std::uint64_t>(work % settings.rate->count);
    waiting_.push_back({busy_until_, frame_bytes});
    waiting_bytes_ += frame_bytes;
    note_high_water(now);
    return busy_until_;
}

std::uint64_t Bottleneck::waiting_bytes(Duration now) {
    forget_what_left(now);
    return waiting_bytes_;
}

void Bottleneck::forget_what_left(Duration now) {
    while (!waiting_.empty() && waiting_.front().leaves <= now) {
        waiting_bytes_ -= waiting_.front().bytes;
        waiting_.pop_front();
    }
}

/// A frame that finds the line idle is always sent, however small the queue.
bool Bottleneck::has_room(Duration now, std::uint32_t frame_bytes, const LinkSettings::QueueLimit& limit) const {
    if (waiting_.empty()) return true;
    if (const auto* const time = std::get_if<Duration>(&limit)) return busy_until_ - now <= *time;
    return waiting_bytes_ + frame_bytes <= std::get<Bytes>(limit).count;
}

bool Bottleneck::takes_tokens(Duration now, std::uint32_t frame_bytes, BitsPerSecond rate, Bytes bucket) {
    const Wide full = nanobits(bucket.count);
    if (!tokens_at_) tokens_ = full;
    const Duration since = now - tokens_at_.value_or(now);
    tokens_ = std::min(full, tokens_ + Wide{static_cast<std::uint64_t>(since.count())} * rate.count);
    tokens_at_ = now;
    if (tokens_ < nanobits(frame_bytes)) return false;
    tokens_ -= nanobits(frame_bytes);
    return true;
}

void Bottleneck::note_high_water(Duration now) {
    high_water_.frames = std::max<std::uint64_t>(high_water_.frames, waiting_.size());
    high_water_.bytes = std::max(high_water_.bytes, waiting_bytes_);
    high_water_.wait = std::max(high_water_.wait, busy_until_ - now);
}

}  // namespace ropewalk::tests::lab::wanem
