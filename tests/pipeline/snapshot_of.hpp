#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/snapshot/build.hpp"

namespace ropewalk::tests::pipeline {

/// The configuration of a YAML text. Throws what is wrong, as the others do.
config::schema::Gateway configuration_of(const std::string& yaml);

/// The verified snapshot of a configuration as control would publish it; keys come from static_keys(). `resolved` keeps
/// the slots from one call to the next.
std::vector<std::uint8_t> snapshot_of(const config::schema::Gateway& gateway, config::snapshot::Resolved& resolved,
                                      std::uint64_t generation);

}  // namespace ropewalk::tests::pipeline
