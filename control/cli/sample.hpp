#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "config/region/layout.hpp"
#include "config/region/view.hpp"
#include "config/snapshot/orders.hpp"
#include "control/cli/balance.hpp"
#include "control/cli/totals.hpp"
#include "control/publication/dataplane_watch.hpp"

namespace ropewalk::control::cli {

struct WorkerSample : WorkerTotals {
    std::uint64_t cpu = 0, acknowledged_generation = 0;
    std::uint64_t packets = 0;                     ///< taken from all its queues
    std::vector<std::uint64_t> port_packets = {};  ///< of these, by port of the snapshot
};

/// How the workers share the queues of a port.
struct PortQueuesSample {
    config::region::SteeringCode steering;
    struct Receive {
        unsigned worker;                 ///< that polls the queue
        std::vector<unsigned> dealt_to;  ///< workers that its copies are dealt out to
    };
    std::vector<Receive> receive;                 ///< by queue
    std::vector<std::vector<unsigned>> transmit;  ///< by queue, which is that worker's: the workers it sends for
};

/// The device of a port and its line.
struct LinkSample {
    config::region::LinkCode code = config::region::LinkCode::unknown;  ///< so, too, where no dataplane runs
    std::uint32_t speed_mbit = 0;                                       ///< 0: not known
    std::uint64_t changes = 0;                                          ///< seen by this and earlier dataplanes
    std::uint64_t changed_ns = 0;                                       ///< CLOCK_MONOTONIC; 0: not known
    std::optional<std::array<std::uint8_t, 6>> address;                 ///< Ethernet
    std::string device_driver;                                          ///< DPDK's; may be empty
    config::region::LinkReason reason = config::region::LinkReason::none;
    config::region::JoiningCode joining = config::region::JoiningCode::unknown;
    std::uint16_t mtu = 0;        ///< of an interface of the kernel; 0: not known
    std::uint64_t rx_missed = 0;  ///< frames dropped before a worker saw them, by this and earlier dataplanes
};

struct TunnelSample {
    TunnelTotals totals;
    std::uint64_t next_sequence = 0, highest_received = 0, lost = 0, jumps = 0, largest_age = 0, window_packets = 0;
    config::region::RecordCode sending{}, receiving{};
};

/// One look at a gateway: what its shared memory shows, copied, and what its control adds to that.
struct Sample {
    std::string gateway;
    /// Why nothing can be shown: no such gateway, or no right to look.
    std::string problem;
    std::uint64_t now_ns = 0;  ///< CLOCK_MONOTONIC

    std::uint64_t control_pid = 0;  ///< 0: not running
    bool control_beats = false;     ///< false with a pid: it runs but stands still
    std::uint64_t control_started_ns = 0, control_heartbeat_ns = 0;
    publication::DataplaneSighting dataplane;
    std::uint64_t dataplane_started_ns = 0, dataplane_heartbeat_ns = 0, tsc_hz = 0;
    std::uint64_t generation = 0, verified_generation = 0, refused_generation = 0;
    std::string refusal, crypto_engine, instruction_level;

    std::vector<std::uint8_t> snapshot;  ///< verified; empty when nothing is published
    config::snapshot::StandingOrders orders;
    std::vector<PortTotals> ports;      ///< by port of the snapshot
    std::vector<TunnelSample> tunnels;  ///< by tunnel of the snapshot
    std::vector<PathTotals> paths;      ///< by path of the snapshot
    PortTotals inside;
    DropTotals drops{};
    std::vector<WorkerSample> workers;
    std::vector<PortQueuesSample> queues;  ///< by port of the snapshot; empty before a dataplane has run
    std::vector<LinkSample> links;         ///< by port of the snapshot
    std::vector<Balance> balances;
    /// Control's answer to `status`; null when it does not answer.
    nlohmann::json status;
    std::string unanswered;  ///< why a control that beats has not answered; empty: it has

    /// How control judges the i-th path of the snapshot; `stale` when nobody does any more.
    config::region::PathState state_of_path(std::size_t i) const {
        const config::region::PathState judged = orders.health[i].state;
        const bool is_judged = control_beats && dataplane.state == config::region::DataplaneState::running;
        return is_judged || judged == config::region::PathState::unknown ? judged : config::region::PathState::stale;
    }

    std::optional<config::region::View> view() const {
        if (snapshot.empty()) return std::nullopt;
        return config::region::View(snapshot);
    }
};

Sample take_sample(const std::string& gateway);

/// Names of all gateways that have a shared memory on this machine, sorted.
std::vector<std::string> find_gateways();

}  // namespace ropewalk::control::cli
