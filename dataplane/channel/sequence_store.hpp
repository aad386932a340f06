#pragma once

#include <cstdint>
#include <string>

#include "config/result.hpp"

namespace ropewalk::dataplane::channel {

/// Remembers, outside the process and across reboots, how far the sequence numbers of each key went. Sent:
/// STATE_DIR/sequence/KEYID holds a decimal number below which every number counts as used. Received:
/// KEYID.received holds the newest number delivered. Files are replaced atomically.
class SequenceStore {
public:
    enum class Direction : std::uint8_t { sent, received };

    /// Makes the folder if it is missing; fails when it cannot be written.
    static Result<SequenceStore> open(const std::string& state_dir);

    /// 0 for a key never used here.
    Result<std::uint64_t> read(std::uint64_t key_id, Direction direction = Direction::sent) const;

    /// On return the number is on disk.
    Result<void> record(std::uint64_t key_id, std::uint64_t limit, Direction direction = Direction::sent) const;

private:
    explicit SequenceStore(std::string folder) : folder_(std::move(folder)) {}
    std::string file_of(std::uint64_t key_id, Direction direction) const;

    std::string folder_;
};

}  // namespace ropewalk::dataplane::channel
