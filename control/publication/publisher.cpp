#include "control/publication/publisher.hpp"

#include <cstring>
#include <span>

#include <fmt/format.h>

#include "config/region/verify.hpp"

namespace ropewalk::control::publication {

using config::region::SnapshotHeader;
using config::region::View;

namespace {

/// Whether two snapshots differ in their generation at most.
bool say_the_same(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
    if (a.size() != b.size() || a.size() < sizeof(SnapshotHeader)) return false;
    SnapshotHeader head_a, head_b;
    std::memcpy(&head_a, a.data(), sizeof head_a);
    std::memcpy(&head_b, b.data(), sizeof head_b);
    head_a.generation = head_b.generation;
    head_a.checksum = head_b.checksum;
    return std::memcmp(&head_a, &head_b, sizeof head_a) == 0 &&
           std::memcmp(a.data() + sizeof head_a, b.data() + sizeof head_b, a.size() - sizeof head_a) == 0;
}

}  // namespace

std::optional<View> Publisher::current() const {
    if (standing_.bytes.empty()) return std::nullopt;
    return View(standing_.bytes);
}

Result<std::vector<std::uint8_t>> Publisher::prepare(const config::schema::Gateway& gateway,
                                                     const config::snapshot::Resolved& resolved) const {
    const std::uint64_t next = generation() + 1;
    auto bytes = config::snapshot::build(gateway, resolved, next);
    if (!bytes) return bytes;
    if (auto verified = config::region::verify(*bytes, next); !verified)
        return fail(fmt::format("this configuration cannot be handed to the dataplane: {}", verified.error().message));
    return bytes;
}

Publisher::Outcome Publisher::publish(const std::vector<std::uint8_t>& prepared, const DataplaneFacts& dataplane,
                                      std::optional<Publish>& out) {
    if (say_the_same(prepared, standing_.bytes)) return Outcome::unchanged;
    const auto slot = choose_publish_slot(use_by(dataplane));
    if (!slot) return Outcome::busy;
    standing_.newest = {generation() + 1, *slot};
    standing_.generations[*slot] = standing_.newest.generation;
    standing_.bytes = prepared;
    out = Publish{standing_.newest, prepared};
    return Outcome::published;
}

std::vector<std::uint32_t> Publisher::retire(const DataplaneFacts& dataplane) {
    const auto slots = superseded_slots(use_by(dataplane));
    for (const std::uint32_t slot : slots) standing_.generations[slot] = 0;
    return slots;
}

SlotUse Publisher::use_by(const DataplaneFacts& dataplane) const {
    std::span<const std::uint64_t> acknowledged;
    if (dataplane.sighting.is_present()) acknowledged = dataplane.acknowledged;
    return {standing_.newest, standing_.generations, acknowledged, dataplane.verified, dataplane.refused};
}

}  // namespace ropewalk::control::publication
