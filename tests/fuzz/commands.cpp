// The control socket without the socket: bytes in pieces to lines, lines to requests.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control/commands/line_buffer.hpp"
#include "control/commands/request.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/driver.hpp"

namespace ropewalk::tests::fuzz {
namespace {

using control::commands::LineBuffer;
using control::commands::read_request;
using control::commands::Request;

/// The most that one recv() of the server takes.
constexpr std::size_t largest_piece = 4096;

/// What of the bytes must become lines: up to where too much waits for the end of its line.
struct Lines {
    std::vector<std::string> whole;
    bool is_refused = false;
};

/// As the server takes them in pieces of one size.
Lines taken(std::string_view bytes, std::size_t piece) {
    Lines lines;
    LineBuffer buffer;
    for (; !bytes.empty() && !lines.is_refused; bytes.remove_prefix(std::min(piece, bytes.size()))) {
        buffer.append(bytes.substr(0, piece));
        while (auto line = buffer.next()) lines.whole.push_back(std::move(*line));
        lines.is_refused = buffer.is_overlong();
    }
    return lines;
}

/// The same by a look at each byte.
Lines expected(std::string_view bytes, std::size_t piece) {
    Lines lines;
    std::string line;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        if (bytes[at] == '\n')
            lines.whole.push_back(std::exchange(line, {}));
        else
            line += bytes[at];
        const bool piece_ends = (at + 1) % piece == 0 || at + 1 == bytes.size();
        lines.is_refused = piece_ends && line.size() > LineBuffer::longest_line;
        if (lines.is_refused) break;
    }
    return lines;
}

void demand_understood(const std::string& line) {
    const Request request = read_request(line);
    if (request.command == Request::Command::unknown) return;
    // In whatever words JSON writes it, an object has these.
    const char* const name = request.command == Request::Command::status   ? "status"
                             : request.command == Request::Command::reload ? "reload"
                                                                           : "path";
    const bool may_be = line.find('{') != std::string::npos && line.find('}') != std::string::npos;
    const bool is_escaped = line.find("\\u") != std::string::npos;
    demand(
        may_be && (is_escaped || (line.find(name) != std::string::npos && line.find("command") != std::string::npos)),
        "a request is in the line", line);
}

packets::Bytes bytes_of(const std::string& text) {
    return {text.begin(), text.end()};
}

}  // namespace

InputForm input_form() {
    return InputForm::text;
}

std::vector<packets::Bytes> built_seeds() {
    const std::string status = R"({"command": "status"})", reload = R"({"command": "reload"})";
    return {bytes_of(status + "\n"),
            bytes_of(reload + "\n" + status + "\n"),
            bytes_of(R"({"command": ["status", {"a": 1.5e300}, null, true], "more": "\u00e4\ud83d\ude00"})"
                     "\n"),
            bytes_of(R"({"command": "status", "command": "reload"})"
                     "\n\n\r\n"),
            bytes_of(R"({"command": {"command": "reload"}})"
                     "\n"),
            bytes_of("[" + status + "]\nnull\n\"status\"\n" + status),
            bytes_of(R"({"command":)" + std::string(1500, '[') + std::string(1500, ']') + "}\n" + status + "\n"),
            bytes_of(std::string(LineBuffer::longest_line, ' ') + "\n" + reload + "\n"),
            bytes_of(std::string(LineBuffer::longest_line + 100, 'x') + "\n" + reload + "\n")};
}

}  // namespace ropewalk::tests::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ropewalk::tests::fuzz;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    // The first byte also says how small the pieces are in which the bytes come.
    for (const std::size_t piece : {largest_piece, size == 0 ? std::size_t{1} : std::size_t{1} + data[0]}) {
        const Lines lines = taken(bytes, piece), right = expected(bytes, piece);
        demand(lines.whole == right.whole && lines.is_refused == right.is_refused,
               "lines are what stands between ends");
        for (const std::string& line : lines.whole) demand_understood(line);
    }
    return 0;
}
