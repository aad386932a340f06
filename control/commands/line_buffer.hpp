#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ropewalk::control::commands {

/// Makes lines of what a client sends, however it comes in pieces.
class LineBuffer {
public:
    /// Bytes that a line may have before its end has come.
    static constexpr std::size_t longest_line = 4096;

    void append(std::string_view bytes) { bytes_ += bytes; }

    /// The next whole line, without its end.
    std::optional<std::string> next() {
        const std::size_t end = bytes_.find('\n');
        if (end == std::string::npos) return std::nullopt;
        std::string line = bytes_.substr(0, end);
        bytes_.erase(0, end + 1);
        return line;
    }

    /// Whether more waits for the end of its line than a line may have. Asked when next() has nothing more.
    bool is_overlong() const { return bytes_.size() > longest_line; }

private:
    std::string bytes_;
};

}  // namespace ropewalk::control::commands
