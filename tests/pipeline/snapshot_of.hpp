#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/snapshot/build.hpp"

namespace ropewalk::tests::pipeline {

/// The verified snapshot of a YAML text as control would publish it; keys come from static_keys(). `resolved` keeps
/// the slots from one call to the next. Throws what is wrong.
std::vector<std::uint8_t> snapshot_of(const std::string& yaml, config::snapshot::Resolved& resolved,
                                      std::uint64_t generation);

}  // namespace ropewalk::tests::pipeline
