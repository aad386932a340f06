#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ropewalk::control::keys {

/// Base64 with padding (RFC 4648 section 4).
std::string to_base64(std::span<const std::uint8_t> bytes);

/// Strict: no blanks, padding where it belongs, unused bits zero; empty when the text is anything else.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

}  // namespace ropewalk::control::keys
