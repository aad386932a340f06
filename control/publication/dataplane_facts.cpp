#include "control/publication/dataplane_facts.hpp"

#include <algorithm>

namespace ropewalk::control::publication {

DataplaneFacts look_at_dataplane(const config::region::DataplaneSection& section, std::uint64_t now_ns,
                                 Liveness liveness) {
    DataplaneFacts facts;
    facts.sighting = sighting_of(section, now_ns, liveness);
    facts.refused = section.refused_generation.load(std::memory_order_acquire);
    facts.verified = section.verified_generation.load();
    facts.refusal = refusal_text(section);
    const std::size_t workers = std::min<std::size_t>(section.worker_count.load(), section.workers.size());
    for (std::size_t i = 0; i < workers; ++i)
        facts.acknowledged.push_back(section.workers[i].acknowledged_generation.load(std::memory_order_acquire));
    return facts;
}

}  // namespace ropewalk::control::publication
