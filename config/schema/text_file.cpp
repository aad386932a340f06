#include "config/schema/text_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

#include "config/region/file_descriptor.hpp"

namespace ropewalk::config::schema {
namespace {

/// A thousand tunnels of four paths, well commented, take a fifth of it.
constexpr std::size_t largest_file = 4U << 20;
constexpr const char* too_big = "4 MiB at most";

/// The length of the UTF-8 sequence that begins here, 0 when it is malformed (RFC 3629 section 4).
std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
    const unsigned first = byte(0), second = byte(1);
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        const bool overlong = first == 0xe0 && second < 0xa0, surrogate = first == 0xed && second > 0x9f;
        return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const bool overlong = first == 0xf0 && second < 0x90, too_large = first == 0xf4 && second > 0x8f;
        return follows(1) && follows(2) && follows(3) && !overlong && !too_large ? 4 : 0;
    }
    return 0;
}

/// The line of the first byte that cannot stand in a text file, or 0.
int line_of_binary(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = text[at] == '\0' ? 0 : sequence_length(text.substr(at));
        if (length == 0)
            return static_cast<int>(1 + std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
        at += length;
    }
    return 0;
}

tl::unexpected<Problems> refuse(const std::string& file, const std::string& found, const char* allowed) {
    return tl::make_unexpected(Problems{{file, 0, "", found, allowed}});
}

}  // namespace

tl::expected<std::string, Problems> read_text_file(const std::string& path) {
    const region::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) return refuse(path, std::strerror(errno), "the path of a readable YAML file");
    struct stat status {};
    if (::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return refuse(path, S_ISDIR(status.st_mode) ? "a directory" : "no ordinary file", "a YAML file");
    }
    std::string text;
    std::array<char, 65536> part{};
    ssize_t size = 0;
    while (text.size() <= largest_file && (size = ::read(file.number(), part.data(), part.size())) > 0) {
        text.append(part.data(), static_cast<std::size_t>(size));
    }
    if (size < 0) return refuse(path, std::strerror(errno), "a readable YAML file");
    if (text.size() > largest_file) return refuse(path, fmt::format("{} bytes", status.st_size), too_big);
    return text;
}

std::optional<YamlNode> parse_text_file(const std::string& text, Notes& notes) {
    if (text.size() > largest_file) {
        notes.problem_on(0, "", fmt::format("{} bytes", text.size()), too_big);
        return std::nullopt;
    }
    if (const int line = line_of_binary(text)) {
        notes.problem_on(line, "", "binary data", "a text file in UTF-8");
        return std::nullopt;
    }
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    return parse_yaml(text.substr(text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0), notes);
}

}  // namespace ropewalk::config::schema
