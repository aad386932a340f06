#pragma once

#include <cstdint>
#include <optional>

#include "control/events/event.hpp"
#include "control/publication/dataplane_facts.hpp"

namespace ropewalk::control::publication {

/// The newest refusal, told once.
class RefusalWatch {
public:
    /// Empty when there is no refusal that was not told yet.
    std::optional<events::GenerationRefused> observe(const DataplaneFacts& dataplane);

private:
    std::uint64_t told_ = 0;
};

}  // namespace ropewalk::control::publication
