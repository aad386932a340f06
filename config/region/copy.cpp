#include "config/region/copy.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "config/region/forgotten.hpp"
#include "config/region/verify.hpp"

namespace ropewalk::config::region {
namespace {

using Bytes = std::vector<std::uint8_t>;

Result<Bytes> copy(const ControlSection& section, const Publication& publication) {
    if (publication.slot >= snapshot_slots)
        return fail(fmt::format("publication names slot {}; allowed: 0 to {}", publication.slot, snapshot_slots - 1));
    const auto& slot = section.slots[publication.slot].bytes;
    SnapshotHeader header;
    std::memcpy(&header, slot.data(), sizeof header);
    const std::size_t size = std::clamp<std::size_t>(header.size, sizeof header, slot.size());
    return Bytes(slot.begin(), slot.begin() + static_cast<std::ptrdiff_t>(size));
}

Result<Bytes> verified(Result<Bytes> bytes, std::uint64_t generation) {
    if (!bytes) return bytes;
    if (auto verified = verify(*bytes, generation); !verified) return tl::make_unexpected(verified.error());
    return bytes;
}

std::uint64_t magic_of(const Bytes& bytes) {
    std::uint64_t magic;
    std::memcpy(&magic, bytes.data(), sizeof magic);
    return magic;
}

}  // namespace

Result<Bytes> copy_snapshot(const ControlSection& section, const Publication& publication) {
    return verified(copy(section, publication), publication.generation);
}

bool is_forgotten(const ControlSection& section, const Publication& publication) {
    const auto bytes = copy(section, publication);
    return bytes && magic_of(*bytes) == forgotten_magic;
}

Result<Bytes> copy_without_need_of_keys(const ControlSection& section, const Publication& publication) {
    auto bytes = copy(section, publication);
    if (bytes && magic_of(*bytes) == forgotten_magic)
        std::memcpy(bytes->data(), &snapshot_magic, sizeof snapshot_magic);
    return verified(std::move(bytes), publication.generation);
}

}  // namespace ropewalk::config::region
