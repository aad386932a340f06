#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "config/result.hpp"

namespace ropewalk::dataplane::channel {

/// The newest number delivered of what comes under a key.
struct Received {
    std::uint64_t key_id, newest;
};

/// Remembers, outside the process and across reboots, how far the sequence numbers of each key went. Sent:
/// STATE_DIR/sequence/KEYID holds a decimal number below which every number counts as used. Received:
/// STATE_DIR/sequence/received holds the newest number delivered of every key (received_table.hpp); of a key that
/// stands not there, KEYID.received does, as earlier versions wrote it. Files are replaced atomically. Blocks as long
/// as the disk does.
class SequenceStore {
public:
    /// Makes the folder if it is missing, for its owner alone; fails when it cannot be written, or others can write to
    /// it or to STATE_DIR.
    static Result<SequenceStore> open(const std::string& state_dir);

    /// 0 for a key never used here.
    Result<std::uint64_t> read_sent(std::uint64_t key_id) const;

    /// None for a key of which nothing was recorded here.
    Result<std::optional<std::uint64_t>> read_received(std::uint64_t key_id) const;

    /// The number is on disk when sync() has returned. One sync() serves any number of these.
    Result<void> write_sent(std::uint64_t key_id, std::uint64_t limit) const;
    Result<void> sync() const;

    /// On return the numbers are on disk. Lowers none, and keeps those of other keys.
    Result<void> record_received(std::span<const Received> numbers) const;

private:
    explicit SequenceStore(std::string folder) : folder_(std::move(folder)) {}
    std::string sent_file(std::uint64_t key_id) const;
    std::string received_file() const { return folder_ + "/received"; }

    std::string folder_;
};

}  // namespace ropewalk::dataplane::channel
