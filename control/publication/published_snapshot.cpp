#include "control/publication/published_snapshot.hpp"

#include <utility>

#include "config/region/copy.hpp"

namespace ropewalk::control::publication {

using config::region::Publication;

std::vector<std::uint8_t> copy_published_snapshot(const config::region::ControlSection& section) {
    constexpr int most_attempts = 5;
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        const auto publication = Publication::unpack(section.publication.load(std::memory_order_acquire));
        if (publication.generation == 0) return {};
        if (auto bytes = config::region::copy_without_need_of_keys(section, publication)) return std::move(*bytes);
    }
    return {};
}

}  // namespace ropewalk::control::publication
