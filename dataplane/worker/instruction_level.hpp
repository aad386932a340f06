#pragma once

namespace ropewalk::dataplane::worker {

/// The level of the x86-64 psABI that this program's packet path is compiled for: "x86-64-v2", "x86-64-v3" or
/// "x86-64-v4". Of one compiled for another processor (-Dmarch=native) the level that it includes.
const char* instruction_level();

}  // namespace ropewalk::dataplane::worker
