#pragma once

#include <string>
#include <vector>

#include "tests/fuzz/driver.hpp"
#include "tests/packets/bytes.hpp"

namespace ropewalk::tests::fuzz {

/// `.txt` for text, `.hex` for bytes.
std::string extension_of(InputForm form);

/// A file as it stands there, or, where its name ends in .hex, the bytes whose digits stand there; what follows a `#`
/// in a line of it is a comment. Throws std::runtime_error when it cannot be read.
packets::Bytes read_input(const std::string& file);

/// In the same form; overwrites. Throws when it cannot be written.
void write_input(const std::string& file, InputForm form, const packets::Bytes& input);

/// All files of a folder by their names; none when there is no such folder.
std::vector<packets::Bytes> read_inputs_in(const std::string& folder);

}  // namespace ropewalk::tests::fuzz
