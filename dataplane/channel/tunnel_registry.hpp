#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/region/layout.hpp"
#include "config/result.hpp"
#include "dataplane/channel/notice.hpp"
#include "dataplane/channel/record_keeper.hpp"
#include "dataplane/crypto/aes_gcm.hpp"
#include "dataplane/tunnel/overdue.hpp"
#include "dataplane/tunnel/tunnel_state.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::channel {

/// What a tunnel keeps from one snapshot to the next under the same keys; the registry's.
struct KeptTunnel {
    tunnel::TunnelState* state;
    const crypto::AesGcm *tx_key, *rx_key;
};

/// Owns what outlives a snapshot of each tunnel, by the ids of its keys: both sequence spaces, and the expanded keys.
/// Used by the main lcore only, which never waits for the disk here.
///
/// A tunnel sends when its first numbers are recorded, and receives when it is known how far was received under its key
/// before. One that cannot is held alone: it says why, once, and is tried again until it can.
class TunnelRegistry {
public:
    TunnelRegistry(SequenceStore store, config::region::DataplaneSection& section,
                   const WallClock& clock = system_wall_clock(), RunOnDisk run_on_disk = run_at_once)
        : section_(section), clock_(clock), records_(std::move(store), clock, std::move(run_on_disk)) {}

    /// What is kept for this tunnel's keys, made on first use. The sequence begins at the wall clock, or beyond all
    /// that was recorded while the memory of this boot knows the key; the window begins above what was received under
    /// the key before, by an earlier dataplane or a tunnel of another name. A tunnel that is renamed keeps it. Fails
    /// when an id stood for another key before.
    Result<KeptTunnel> kept_for(const config::region::TunnelRecord& tunnel);

    /// False while a tunnel waits for its first answer from the disk.
    bool is_settled() const;

    /// Takes what the disk answered.
    void follow_disk();

    /// The same, and renews leases that run out; called often. Sending stops when a lease is used up.
    void renew_leases();

    /// The time of day ran ahead of the machine's own by `ahead_ns`: a copy of this memory may have used what comes
    /// next. Sequences move on to the time of day, or by as much, where they are ahead of it already; nothing is sent
    /// until that is recorded, which renew_leases() asks for.
    void move_on(std::uint64_t ahead_ns);

    /// Tries tunnels that are held; called every second or so.
    void try_again();

    /// Records the newest numbers delivered, for the floor of the windows after a reboot; called every second or so,
    /// and when the workers have ended.
    void record_received();

    /// Publishes what the windows counted.
    void publish_windows();

    /// Publishes how many numbers of a tunnel are overdue, which means reading its whole window: of one tunnel a call,
    /// in turn, and of each once a second at most. `now_ns` is CLOCK_MONOTONIC.
    void count_overdue(std::uint64_t now_ns);

    /// Forgets what no tunnel of `view` uses; no worker may use it any more.
    void keep_only(const view::ConfigView& view);

    /// What there is to tell since the last time.
    std::vector<Notice> take_notices() { return std::exchange(notices_, {}); }

private:
    using RecordCode = config::region::RecordCode;

    struct Keys {
        std::uint64_t tx, rx;
        auto operator<=>(const Keys&) const = default;
    };
    /// One direction, as far as its records are concerned.
    struct Direction {
        RecordCode code = RecordCode::asked;
        std::uint64_t ticket = 0;        ///< of what is asked; 0: nothing
        std::uint64_t waits_for_ns = 0;  ///< clock_behind: the time of day
    };
    struct Kept {
        std::string name;
        std::uint32_t slot;  ///< where its status is published
        std::unique_ptr<tunnel::TunnelState> state;
        std::unique_ptr<const crypto::AesGcm> tx_key, rx_key;
        std::uint64_t next_in_memory;                    ///< as it was found; 0: memory did not know the key
        std::uint64_t received;                          ///< newest number that is known to be delivered
        std::optional<std::uint64_t> received_recorded;  ///< the same, as it stands on disk
        Direction sending, receiving;
        tunnel::Overdue overdue;
        std::uint64_t overdue_counted_ns = 0;
    };

    Kept make(const config::region::TunnelRecord& tunnel) const;
    void ask(const Keys& keys, Direction& direction, RecordRequest request);
    void ask_to_begin(const Keys& keys, Kept& kept);
    void follow_sending(const RecordAnswer& answer, Kept& kept);
    void follow_receiving(const RecordAnswer& answer, Kept& kept);
    void follow_recorded(const ReceivedAnswer& answer);
    void tell(Notice::Kind kind, std::string text) { notices_.push_back({kind, std::move(text)}); }
    void publish(const Keys& keys, const Kept& kept);

    config::region::DataplaneSection& section_;
    WallClock clock_;
    RecordKeeper records_;
    std::map<Keys, Kept> states_;
    std::map<std::uint64_t, Keys> asked_;  ///< by ticket
    std::uint64_t last_ticket_ = 0;
    Result<void> received_recorded_;  ///< how it fared the last time
    std::vector<Notice> notices_;
};

}  // namespace ropewalk::dataplane::channel
