#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <poll.h>

#include "config/result.hpp"
#include "tests/lab/wanem/clock.hpp"
#include "tests/lab/wanem/control_socket.hpp"
#include "tests/lab/wanem/line.hpp"
#include "tests/lab/wanem/packet_socket.hpp"
#include "tests/lab/wanem/scenario.hpp"

namespace ropewalk::tests::lab::wanem {

/// A line between two kernel interfaces: gives Line the frames and the time, and sends what comes out of it. One
/// thread.
class Emulator {
public:
    struct Options {
        std::string control_path;  ///< empty: no socket
        std::optional<Duration> duration;
        /// The last bit of a wait that is spent looking at the clock, because a sleep ends late.
        Duration spin{};
    };

    static Result<Emulator> start(Scenario scenario, const Options& options);

    /// Until the duration has passed or a signal can be read from `signals`.
    Result<void> run(int signals);
    std::string final_report();

private:
    Emulator(Scenario scenario, const Options& options, std::array<PacketSocket, 2> sockets);

    PacketSocket& socket(End end) { return sockets_[static_cast<std::size_t>(end)]; }
    void receive_some();
    void receive_all();
    std::size_t receive(End end);
    void take(End end, Duration now, Duration wall_clock_offset, const PacketSocket::Received& received);
    void apply_changes(Duration until);
    void send_due(End end);
    void send(Direction& direction, PacketSocket& out, std::vector<HeldFrames::Held>& due);
    void note_kernel_drops();
    Result<void> check_interfaces() const;
    Duration next_event() const;
    std::optional<Duration> next_change_at() const;
    /// Returns whether a signal has come.
    bool wait_until(Duration time, int signals);
    std::string answer(const std::string& request);
    void warn_once(End end, const char* what);

    Clock clock_;
    Scenario scenario_;
    Options options_;
    Line line_;
    std::array<PacketSocket, 2> sockets_;  ///< by their end
    std::array<Duration, 2> last_arrival_{};
    std::array<bool, 2> has_warned_{};
    std::optional<ControlSocket> control_;
    Duration next_check_{};
    Duration next_look_{};  ///< at the packet sockets
    std::size_t next_change_ = 0;
    Duration timeline_start_{};  ///< moves on when the timeline repeats
    std::vector<pollfd> descriptors_;
};

}  // namespace ropewalk::tests::lab::wanem
