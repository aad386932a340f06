#pragma once

#include <cstdint>
#include <string>

#include <rte_mempool.h>

#include "config/result.hpp"

namespace ropewalk::perf::linerate {

/// Configures and starts an ethdev with one queue each way; `name` is for the error.
Result<void> start_port(std::uint16_t id, const std::string& name, rte_mempool* pool);

}  // namespace ropewalk::perf::linerate
