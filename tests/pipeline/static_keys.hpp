#pragma once

#include <string>

#include "config/snapshot/build.hpp"

namespace ropewalk::tests::pipeline {

/// Keys of the tunnel from gateway `ours` to gateway `peer`: the same for a direction on both ends, different for
/// every direction.
config::snapshot::TunnelKeys static_keys(const std::string& ours, const std::string& peer);

}  // namespace ropewalk::tests::pipeline
