#include "control/publication/publisher.hpp"

#include <algorithm>
#include <cstring>
#include <span>

#include <fmt/format.h>

#include "config/region/verify.hpp"
#include "control/publication/publish_slot.hpp"

namespace ropewalk::control::publication {

using config::region::Publication;
using config::region::SnapshotHeader;
using config::region::View;

namespace {

const SnapshotHeader& header_of(const config::region::SnapshotSlot& slot) {
    return *reinterpret_cast<const SnapshotHeader*>(slot.bytes.data());
}

}  // namespace

Publisher::Publisher(const config::region::Region& region)
    : region_(region), published_(Publication::unpack(region.control().publication.load(std::memory_order_acquire))) {
    published_.slot = std::min<std::uint32_t>(published_.slot, config::region::snapshot_slots - 1);
    const auto& slots = region.control().slots;
    for (std::size_t i = 0; i < slots.size(); ++i)
        if (header_of(slots[i]).magic == config::region::snapshot_magic)
            generations_[i] = header_of(slots[i]).generation;
}

std::optional<View> Publisher::current() const {
    if (published_.generation == 0) return std::nullopt;
    const auto& slot = region_.control().slots[published_.slot];
    const std::size_t size = std::clamp<std::size_t>(header_of(slot).size, sizeof(SnapshotHeader), slot.bytes.size());
    const std::span<const std::uint8_t> bytes(slot.bytes.data(), size);
    if (!config::region::verify(bytes, published_.generation)) return std::nullopt;
    return View(bytes);
}

Result<std::vector<std::uint8_t>> Publisher::prepare(const config::schema::Gateway& gateway,
                                                     const config::snapshot::Resolved& resolved,
                                                     std::uint64_t generation) {
    auto bytes = config::snapshot::build(gateway, resolved, generation);
    if (!bytes) return bytes;
    if (auto verified = config::region::verify(*bytes, generation); !verified)
        return fail(fmt::format("this configuration cannot be handed to the dataplane: {}", verified.error().message));
    return bytes;
}

Result<Publisher::Outcome> Publisher::publish(const config::schema::Gateway& gateway,
                                              const config::snapshot::Resolved& resolved, Dataplane dataplane) {
    if (published_.generation != 0) {
        const auto same = prepare(gateway, resolved, published_.generation);
        if (!same) return tl::make_unexpected(same.error());
        if (is_published(*same)) return Outcome::unchanged;
    }
    const std::uint64_t generation = published_.generation + 1;
    const auto bytes = prepare(gateway, resolved, generation);
    if (!bytes) return tl::make_unexpected(bytes.error());

    const auto slot = free_slot(dataplane);
    if (!slot) return Outcome::busy;
    auto& control = region_.control();
    std::memcpy(control.slots[*slot].bytes.data(), bytes->data(), bytes->size());
    published_ = {generation, *slot};
    generations_[*slot] = generation;
    control.publication.store(published_.pack(), std::memory_order_release);
    return Outcome::published;
}

bool Publisher::is_published(const std::vector<std::uint8_t>& bytes) const {
    return std::memcmp(region_.control().slots[published_.slot].bytes.data(), bytes.data(), bytes.size()) == 0;
}

std::optional<std::uint32_t> Publisher::free_slot(Dataplane dataplane) const {
    const auto& section = region_.dataplane();
    std::vector<std::uint64_t> acknowledged;
    if (dataplane == Dataplane::alive) {
        const std::size_t workers = std::min<std::size_t>(section.worker_count.load(), section.workers.size());
        for (std::size_t i = 0; i < workers; ++i)
            acknowledged.push_back(section.workers[i].acknowledged_generation.load(std::memory_order_acquire));
    }
    return choose_publish_slot({published_, generations_, acknowledged, section.verified_generation.load(),
                                section.refused_generation.load(std::memory_order_acquire)});
}

}  // namespace ropewalk::control::publication
