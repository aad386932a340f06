#include "config/region/copy.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "config/region/verify.hpp"

namespace ropewalk::config::region {

Result<std::vector<std::uint8_t>> copy_snapshot(const ControlSection& section, const Publication& publication) {
    if (publication.slot >= snapshot_slots)
        return fail(fmt::format("publication names slot {}; allowed: 0 to {}", publication.slot, snapshot_slots - 1));
    const auto& slot = section.slots[publication.slot].bytes;
    SnapshotHeader header;
    std::memcpy(&header, slot.data(), sizeof header);
    const std::size_t size = std::clamp<std::size_t>(header.size, sizeof header, slot.size());
    std::vector<std::uint8_t> bytes(slot.begin(), slot.begin() + static_cast<std::ptrdiff_t>(size));
    if (auto verified = verify(bytes, publication.generation); !verified) return tl::make_unexpected(verified.error());
    return bytes;
}

}  // namespace ropewalk::config::region
