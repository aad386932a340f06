#pragma once

namespace ropewalk::tests::sim {

/// Thrown through the code of a process that is killed in the middle of what it does.
struct ProcessDied {};

}  // namespace ropewalk::tests::sim
