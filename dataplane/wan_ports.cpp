#include "dataplane/wan_ports.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <rte_mbuf.h>

#include "dataplane/house/steering.hpp"

namespace ropewalk::dataplane {

using config::region::PortRecord;
using config::region::PortStatus;
using config::region::SteeringCode;
using config::region::View;
using house::PortPlacement;

namespace {

house::PortQueues port_queues(const PortRecord& record, const eal::Port& port) {
    const auto most = port.most_queues();
    return {.name = record.name.data(),
            .most_receive = most.receive,
            .most_transmit = most.transmit,
            .receive_workers = {record.queue_workers.begin(), record.queue_workers.begin() + record.queue_count},
            .spread = record.spread};
}

bool has_same_queues(const PortRecord& one, const PortRecord& other) {
    return one.driver == other.driver && one.spread == other.spread && one.queue_count == other.queue_count &&
           one.queue_workers == other.queue_workers;
}

tl::unexpected<Error> needs_restart(const PortRecord& record, const std::string& why) {
    return fail(fmt::format("ports.{}: {}; restart the dataplane", record.name.data(), why));
}

/// Says in the shared memory who polls and who sends on the port.
void announce(const PortPlacement& placement, PortStatus& status) {
    status.receive_queues.store(static_cast<std::uint8_t>(placement.receive_workers.size()));
    status.steering.store(static_cast<std::uint8_t>(placement.receive_workers.size() > 1 ? SteeringCode::by_flow
                                                                                         : SteeringCode::one_queue));
    status.transmit_queues.store(static_cast<std::uint8_t>(placement.transmit_queues()));
    for (std::size_t queue = 0; queue < placement.receive_workers.size(); ++queue) {
        status.receive_workers[queue].store(static_cast<std::uint8_t>(placement.receive_workers[queue]));
        std::uint16_t workers = 0;
        for (const std::uint16_t worker : placement.deal[queue]) workers |= static_cast<std::uint16_t>(1U << worker);
        status.deal[queue].store(workers);
    }
    for (std::size_t worker = 0; worker < placement.senders.size(); ++worker)
        status.senders[worker].store(static_cast<std::uint8_t>(placement.senders[worker]));
}

}  // namespace

Result<WanPorts> WanPorts::open(const View& snapshot, rte_mempool* pool, const std::atomic<bool>& stop) {
    WanPorts made;
    made.pool_ = pool;
    std::vector<house::PortQueues> queues;
    for (const PortRecord& record : snapshot.wan_ports()) {
        auto port = eal::Port::open(record);
        if (!port) return tl::make_unexpected(port.error());
        queues.push_back(port_queues(record, *port));
        made.seats_.emplace(static_cast<std::uint16_t>(record.slot), Seat{record, std::move(*port), {}});
    }
    auto placements = house::place(snapshot.header().boot.workers, queues);
    if (!placements) return tl::make_unexpected(placements.error());
    auto placement = placements->begin();
    for (const PortRecord& record : snapshot.wan_ports())
        made.seats_.at(static_cast<std::uint16_t>(record.slot)).placement = std::move(*placement++);
    // Those that others wait for come before those that wait for others.
    for (const bool waiting : {false, true})
        for (auto& [slot, seat] : made.seats_)
            if (seat.port.waits_for_server() == waiting)
                if (auto started = made.start(seat, stop); !started) return tl::make_unexpected(started.error());
    return made;
}

Result<void> WanPorts::start(Seat& seat, const std::atomic<bool>& stop) {
    const auto receive = static_cast<std::uint16_t>(seat.placement.receive_workers.size());
    return seat.port.start({receive, seat.placement.transmit_queues()}, pool_, eal::Traffic::copies, stop);
}

Result<void> WanPorts::add(const View& snapshot) {
    for (const PortRecord& record : snapshot.wan_ports()) {
        const auto seat = seats_.find(static_cast<std::uint16_t>(record.slot));
        const auto done =
            seat == seats_.end() ? add(record, snapshot.header().boot.workers) : take_over(seat->second, record);
        if (!done) return done;
    }
    return {};
}

Result<void> WanPorts::add(const PortRecord& record, std::uint16_t workers) {
    if (!config::comes_by_reload(record.driver))
        return needs_restart(record, "a port of this driver cannot be added while the dataplane runs");
    const unsigned room = rte_pktmbuf_data_room_size(pool_) - RTE_PKTMBUF_HEADROOM;
    if (eal::frame_room(record) > room)
        return needs_restart(record, fmt::format("its packets of {} bytes do not fit the buffers of {} that were made "
                                                 "at the start",
                                                 record.mtu, room));
    auto port = eal::Port::open(record);
    if (!port) return tl::make_unexpected(port.error());
    const house::PortQueues queues = port_queues(record, *port);
    auto placements = house::place(workers, {&queues, 1});
    if (!placements) return tl::make_unexpected(placements.error());
    Seat seat{record, std::move(*port), std::move(placements->front())};
    const std::atomic<bool> waits_for_nobody{true};
    if (auto started = start(seat, waits_for_nobody); !started) return started;
    if (auto expects = seat.port.expect(expected_); !expects) return expects;
    seats_.emplace(static_cast<std::uint16_t>(record.slot), std::move(seat));
    return {};
}

/// A port that was left comes back, or another one is in its slot now; its queues are still there.
Result<void> WanPorts::take_over(Seat& seat, const PortRecord& record) {
    if (std::memcmp(&seat.record, &record, sizeof record) == 0) return {};
    if (seat.is_used) return needs_restart(record, "it cannot be changed while the dataplane runs");
    if (!has_same_queues(seat.record, record))
        return needs_restart(record, fmt::format("its queues are not those that {} had in its place until it was "
                                                 "removed",
                                                 seat.record.name.data()));
    seat.record = record;
    return {};
}

std::vector<std::uint16_t> WanPorts::slots() const {
    std::vector<std::uint16_t> slots;
    for (const auto& [slot, seat] : seats_) slots.push_back(slot);
    return slots;
}

worker::WanQueues WanPorts::queues_of(std::uint16_t worker, std::uint16_t slot) {
    Seat& seat = seats_.at(slot);
    worker::WanQueues queues;
    queues.send = seat.port.queue(seat.placement.senders[worker]);
    for (const std::uint16_t queue : seat.placement.receive_queues_of(worker))
        queues.receive.push_back(seat.port.queue(queue));
    return queues;
}

std::vector<std::string> WanPorts::ways() const {
    std::vector<std::string> ways;
    for (const auto& [slot, seat] : seats_)
        if (!seat.port.way().empty())
            ways.push_back(fmt::format("port {}: {}", seat.record.name.data(), seat.port.way()));
    return ways;
}

void WanPorts::follow(std::span<const std::uint16_t> slots, PortWatch& watch, channel::ConfigChannel* workers,
                      config::region::DataplaneSection& section) {
    for (auto& [slot, seat] : seats_) {
        const bool is_wanted = std::ranges::count(slots, slot) != 0;
        if (is_wanted && !seat.is_used) {
            announce(seat.placement, section.ports[slot]);
            watch.add(seat.record, seat.port);
        }
        if (!is_wanted && seat.is_used && workers != nullptr) watch.remove(slot, *workers);
        seat.is_used = is_wanted;
    }
}

std::vector<std::string> WanPorts::steer(const view::ConfigView& view, config::region::DataplaneSection& section) {
    std::vector<std::string> news;
    for (auto& [slot, seat] : seats_) {
        auto rules = house::steering_rules(view.endpoints_by_port[slot], seat.placement);
        if (rules == seat.wanted) continue;
        seat.wanted = std::move(rules);
        const auto steered = seat.port.steer(seat.wanted);
        const bool by_shard = steered && !seat.wanted.empty();
        section.ports[slot].steering.store(
            static_cast<std::uint8_t>(by_shard ? SteeringCode::by_shard : SteeringCode::by_flow));
        const char* const name = seat.record.name.data();
        std::string sentence = fmt::format("port {}: copies go to workers by flow", name);
        if (by_shard)
            sentence = fmt::format("port {}: copies of tunnels with several shards go to workers by UDP port", name);
        else if (!steered)
            sentence += fmt::format(", because the device takes no rules for UDP ports: {}", steered.error().message);
        if (sentence != seat.told) news.push_back(sentence);
        seat.told = std::move(sentence);
    }
    return news;
}

std::vector<std::string> WanPorts::expect(const view::ConfigView& view) {
    auto wanted = house::udp_ports(view);
    if (wanted == expected_) return {};
    expected_ = std::move(wanted);
    std::vector<std::string> news;
    for (auto& [slot, seat] : seats_)
        if (auto expects = seat.port.expect(expected_); !expects)
            news.push_back(
                fmt::format("port {}: the kernel takes no filter for the UDP ports of paths ({}), so that the "
                            "workers see every frame of the interface",
                            seat.record.name.data(), expects.error().message));
    return news;
}

}  // namespace ropewalk::dataplane
