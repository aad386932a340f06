#pragma once

#include <string>
#include <string_view>

#include "config/result.hpp"
#include "control/keys/static_key.hpp"

namespace ropewalk::control::keys {

/// Reads a key file: one line of base64 for 32 bytes, `#` starts a comment. Refuses files that group or others may
/// read, that belong to neither root nor this user or lie in a folder where others can replace them, and anything but a
/// regular file. No error shows a byte of the key.
Result<StaticKey> read_key_file(const std::string& path);

/// The same for the text of a key file; `path` only names it in errors. Pure.
Result<StaticKey> parse_key_text(std::string_view text, const std::string& path);

/// 32 bytes from the kernel's random generator.
Result<StaticKey> make_static_key();

/// Writes a new key file with mode 0600; fails when the file exists.
Result<void> write_key_file(const std::string& path, const StaticKey& key);

/// The line of a key file, newline included.
std::string key_line(const StaticKey& key);

}  // namespace ropewalk::control::keys
