#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/region/region.hpp"
#include "config/result.hpp"

namespace ropewalk::dataplane::channel {

/// A mapped region and the first snapshot found in it.
struct Attached {
    config::region::Region region;
    std::vector<std::uint8_t> snapshot;  ///< verified copy
};

/// Waits until control has published a snapshot for this gateway, saying so once; nothing when `stop` came first.
/// Control need not be alive: what it published last is enough.
Result<std::optional<Attached>> wait_for_control(const std::string& gateway, const std::atomic<bool>& stop);

}  // namespace ropewalk::dataplane::channel
