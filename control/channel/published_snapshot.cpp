#include "control/channel/published_snapshot.hpp"

#include <algorithm>
#include <cstring>

#include "config/snapshot/verify.hpp"

namespace ropewalk::control::channel {

using config::snapshot::Publication;
using config::snapshot::SnapshotHeader;

std::vector<std::uint8_t> copy_published_snapshot(const config::snapshot::ControlSection& section) {
    constexpr int most_attempts = 5;
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        const auto publication = Publication::unpack(section.publication.load(std::memory_order_acquire));
        if (publication.generation == 0 || publication.slot >= section.slots.size()) return {};
        const auto& slot = section.slots[publication.slot].bytes;
        SnapshotHeader header;
        std::memcpy(&header, slot.data(), sizeof header);
        const std::size_t size = std::clamp<std::size_t>(header.size, sizeof header, slot.size());
        std::vector<std::uint8_t> bytes(slot.begin(), slot.begin() + static_cast<std::ptrdiff_t>(size));
        if (config::snapshot::verify(bytes, publication.generation)) return bytes;
    }
    return {};
}

}  // namespace ropewalk::control::channel
