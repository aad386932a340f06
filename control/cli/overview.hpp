#pragma once

namespace ropewalk::control::cli {

/// `ropewalk` alone: the summary of what runs here, or what to do first. Returns the exit status.
int overview();

}  // namespace ropewalk::control::cli
