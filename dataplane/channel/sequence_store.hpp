#pragma once

#include <cstdint>
#include <string>

#include "config/result.hpp"

namespace ropewalk::dataplane::channel {

/// Remembers, outside the process and across reboots, how far the sequence numbers of each sending key may have been
/// used: STATE_DIR/sequence/KEYID, a decimal number below which every number counts as used. Replaced atomically.
class SequenceStore {
public:
    /// Makes the folder if it is missing; fails when it cannot be written.
    static Result<SequenceStore> open(const std::string& state_dir);

    /// 0 for a key never used here.
    Result<std::uint64_t> read(std::uint64_t key_id) const;

    /// On return the number is on disk.
    Result<void> record(std::uint64_t key_id, std::uint64_t limit) const;

private:
    explicit SequenceStore(std::string folder) : folder_(std::move(folder)) {}
    std::string file_of(std::uint64_t key_id) const;

    std::string folder_;
};

}  // namespace ropewalk::dataplane::channel
