#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The kinds of values that stand under several keys, and what is allowed there in words. `parse_...` give nothing for
/// a text that is not one.
namespace ropewalk::config::schema {

inline constexpr const char* mac_rule = "an Ethernet address such as 02:00:00:00:00:01";
inline constexpr const char* interface_rule = "the name of a kernel interface, up to 15 characters";
inline constexpr const char* size_rule = "a size such as 1500B";

/// Any text but the empty one.
std::optional<std::string> parse_any(std::string_view text);
/// Printable ASCII.
std::optional<std::string> parse_text(std::string_view text);
std::optional<std::string> parse_name(std::string_view text);
/// As the kernel's dev_valid_name, and printable.
std::optional<std::string> parse_interface(std::string_view text);

}  // namespace ropewalk::config::schema
