#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/region/layout.hpp"
#include "config/result.hpp"
#include "dataplane/channel/disk_thread.hpp"
#include "dataplane/channel/sequence_store.hpp"
#include "dataplane/channel/wall_clock.hpp"

namespace ropewalk::dataplane::channel {

/// What a tunnel wants of its records.
struct RecordRequest {
    enum class Kind : std::uint8_t {
        begin_sending,   ///< the first numbers under a key, recorded as used
        renew_lease,     ///< numbers below `limit` recorded as used
        begin_receiving  ///< how far was received under a key?
    } kind;
    std::uint64_t ticket;  ///< comes back with the answer
    std::uint64_t key_id;
    std::uint64_t limit = 0;
    std::uint64_t next_in_memory = 0;  ///< see decide_sequence_start(); for begin_sending
};

struct RecordAnswer {
    RecordRequest request;
    config::region::RecordCode code;        ///< fine: granted
    std::string why;                        ///< else: what was found, and what to do
    std::uint64_t first = 0, limit = 0;     ///< of the numbers that are recorded; clock_behind: limit of the record
    std::optional<std::uint64_t> received;  ///< none: nothing is recorded
};

/// How the newest numbers received fared.
struct ReceivedAnswer {
    std::vector<Received> numbers;
    Result<void> recorded;
};

/// Keeps the main lcore from waiting for the disk: what it asks for is done where `run_on_disk` runs it, and answered
/// later. Whatever was asked meanwhile is done together, with one sync of the folder.
class RecordKeeper {
public:
    RecordKeeper(SequenceStore store, WallClock clock, RunOnDisk run_on_disk);

    void ask(const RecordRequest& request);
    /// Takes the place of what was to be recorded and is not begun.
    void record_received(std::vector<Received> numbers);

    std::vector<RecordAnswer> take_answers();
    std::vector<ReceivedAnswer> take_received_answers();

private:
    struct Desk;
    void see_to_it();

    std::shared_ptr<Desk> desk_;  ///< outlives this for a job that is underway
    RunOnDisk run_on_disk_;
};

}  // namespace ropewalk::dataplane::channel
