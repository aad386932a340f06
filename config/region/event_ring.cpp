#include "config/region/event_ring.hpp"

#include <algorithm>
#include <bit>

namespace ropewalk::config::region {

using Content = std::array<std::uint64_t, sizeof(EventRecord) / sizeof(std::uint64_t)>;

EventRing::Range EventRing::range() const {
    const std::uint64_t last = newest.load(std::memory_order_acquire);
    if (last == 0 || last > max_event_number) return {0, 0};
    return {last - std::min<std::uint64_t>(last, event_ring_records) + 1, last};
}

std::optional<EventRecord> EventRing::read(std::uint64_t number) const {
    const Slot& slot = slots[number % slots.size()];
    if (number == 0 || slot.number.load(std::memory_order_acquire) != number) return std::nullopt;
    Content content;
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = slot.content[i].load(std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_acquire);
    if (slot.number.load(std::memory_order_relaxed) != number) return std::nullopt;
    return std::bit_cast<EventRecord>(content);
}

void EventRing::take_over() {
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        const std::uint64_t number = slots[i].number.load(std::memory_order_relaxed);
        if (number < max_event_number && number % slots.size() == i) last = std::max(last, number);
    }
    newest.store(last, std::memory_order_release);
}

std::uint64_t EventRing::append(const EventRecord& record) {
    const std::uint64_t number = newest.load(std::memory_order_relaxed) + 1;
    Slot& slot = slots[number % slots.size()];
    slot.number.store(0, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    const auto content = std::bit_cast<Content>(record);
    for (std::size_t i = 0; i < content.size(); ++i) slot.content[i].store(content[i], std::memory_order_relaxed);
    slot.number.store(number, std::memory_order_release);
    newest.store(number, std::memory_order_release);
    return number;
}

}  // namespace ropewalk::config::region
