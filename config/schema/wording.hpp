#pragma once

#include <string>
#include <string_view>
#include <vector>

/// How values from a file are shown in problems.
namespace ropewalk::config::schema {

/// The text safe for a terminal: everything but printable ASCII as `\xNN`, and no longer than a line's worth.
std::string shown(std::string_view text);

/// The same in single quotes.
std::string in_quotes(std::string_view text);

/// `did you mean 'peer'? ` when one of the words is within a slip or two of `text`, else nothing.
std::string hint(std::string_view text, const std::vector<std::string>& words);

/// The words as shown(), joined by commas; the first sixteen when they are many.
std::string listed(const std::vector<std::string>& words);

}  // namespace ropewalk::config::schema
