#pragma once

#include <functional>
#include <optional>
#include <string>

namespace ropewalk::tests::unit {

/// Runs `body` in a child process that sees a fresh tmpfs at `mount_point`, mounted with `options` and `flags`
/// (MS_RDONLY), so that no test depends on or leaves anything in the machine's own; returns what `body` returned.
/// Empty when this user may not make namespaces: the test is to be skipped.
std::optional<std::string> run_on_fresh_tmpfs(const char* mount_point, const char* options, unsigned long flags,
                                              const std::function<std::string()>& body);

}  // namespace ropewalk::tests::unit
