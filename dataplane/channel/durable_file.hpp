#pragma once

#include <optional>
#include <string>

#include "config/result.hpp"

namespace ropewalk::dataplane::channel {

/// All of a small file; none when it is not there.
Result<std::optional<std::string>> read_file(const std::string& path);

/// Puts `text` in the place of what the file holds, by way of PATH.new: whatever happens, one or the other stands there
/// whole. The text is on disk on return, the new name once its folder is synced.
Result<void> replace_file(const std::string& path, const std::string& text);

/// Makes the folder and those above it that are missing, for their owner alone whatever the umask. One that is there
/// stays as it is.
Result<void> make_folder(const std::string& path);

Result<void> sync_folder(const std::string& folder);

}  // namespace ropewalk::dataplane::channel
