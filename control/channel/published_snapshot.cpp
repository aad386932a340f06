#include "control/channel/published_snapshot.hpp"

#include <utility>

#include "config/snapshot/copy.hpp"

namespace ropewalk::control::channel {

using config::snapshot::Publication;

std::vector<std::uint8_t> copy_published_snapshot(const config::snapshot::ControlSection& section) {
    constexpr int most_attempts = 5;
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        const auto publication = Publication::unpack(section.publication.load(std::memory_order_acquire));
        if (publication.generation == 0) return {};
        if (auto bytes = config::snapshot::copy_snapshot(section, publication)) return std::move(*bytes);
    }
    return {};
}

}  // namespace ropewalk::control::channel
