#pragma once

namespace ropewalk::dataplane::worker {

/// The level of the x86-64 psABI that this program's packet path is compiled for: "x86-64-v2", "x86-64-v3" or
/// "x86-64-v4". A program compiled for another processor (-Dmarch=native) has the level that this one includes.
const char* instruction_level();

}  // namespace ropewalk::dataplane::worker
