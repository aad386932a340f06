#include "tests/lab/wanem/held_frames.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace ropewalk::tests::lab::wanem {

bool HeldFrames::is_later(const Held& one, const Held& other) {
    return std::tie(one.departure, one.number) > std::tie(other.departure, other.number);
}

bool HeldFrames::hold(Duration departure, std::span<const std::uint8_t> frame) {
    if (bytes_ + frame.size() > most_bytes) return false;
    std::vector<std::uint8_t> bytes;
    if (!spare_.empty()) {
        bytes = std::move(spare_.back());
        spare_.pop_back();
    }
    bytes.assign(frame.begin(), frame.end());
    bytes_ += frame.size();
    heap_.push_back({departure, next_number_++, std::move(bytes)});
    std::ranges::push_heap(heap_, is_later);
    return true;
}

std::optional<Duration> HeldFrames::next_departure() const {
    return heap_.empty() ? std::nullopt : std::optional(heap_.front().departure);
}

std::optional<HeldFrames::Held> HeldFrames::take_due(Duration now) {
    if (heap_.empty() || heap_.front().departure > now) return std::nullopt;
    std::ranges::pop_heap(heap_, is_later);
    Held due = std::move(heap_.back());
    heap_.pop_back();
    bytes_ -= due.bytes.size();
    return due;
}

void HeldFrames::recycle(std::vector<std::uint8_t> bytes) {
    constexpr std::size_t most_spare = 1024;
    if (spare_.size() < most_spare) spare_.push_back(std::move(bytes));
}

}  // namespace ropewalk::tests::lab::wanem
