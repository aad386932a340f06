#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ropewalk::dataplane::channel {

/// The text of STATE_DIR/sequence/received: a line `KEYID NUMBER` for each key, in hexadecimal and decimal, then `end`.
/// Damage hurts only what it hits: other lines are taken, and damage stays when the table is written again, so that
/// nobody takes a key whose line is lost for one that received nothing.
class ReceivedTable {
public:
    static ReceivedTable parse(const std::string& text);
    std::string text() const;

    /// None: the key has no line.
    std::optional<std::uint64_t> newest(std::uint64_t key_id) const;
    /// Never lowers a number.
    void raise(std::uint64_t key_id, std::uint64_t newest);

    /// A line means nothing, or the end is missing.
    bool is_damaged() const { return !ended_ || !strange_lines_.empty(); }

private:
    void take(const std::string& line);

    std::map<std::uint64_t, std::uint64_t> newest_;
    std::vector<std::string> strange_lines_;
    bool ended_ = true;
};

}  // namespace ropewalk::dataplane::channel
