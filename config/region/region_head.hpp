#pragma once

#include <cstdint>
#include <string>

#include "config/region/file_descriptor.hpp"

namespace ropewalk::config::region {

/// Why the open file is not a region this program can use for `gateway`: owner, size, magic, ABI or name; empty when
/// it is one. Reads the file and does not map it.
std::string mismatch_of(const FileDescriptor& file, const std::string& gateway);

/// The pid of the dataplane that is alive and beats in this region, or 0. The first fields of both sections keep
/// their places in every ABI, so this works on a region of another one too.
std::uint64_t live_dataplane_of(const FileDescriptor& file);

}  // namespace ropewalk::config::region
