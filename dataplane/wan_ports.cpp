#include "dataplane/wan_ports.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "dataplane/house/steering.hpp"

namespace ropewalk::dataplane {

using config::region::PortRecord;
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

/// No receive queue, and nobody who sends for another.
PortPlacement no_placement(std::uint16_t workers) {
    PortPlacement placement;
    for (std::uint16_t worker = 0; worker < workers; ++worker) placement.senders.push_back(worker);
    return placement;
}

}  // namespace

Result<WanPorts> WanPorts::open(const View& snapshot, rte_mempool* pool, const std::atomic<bool>& stop) {
    const auto& boot = snapshot.header().boot;
    WanPorts made;
    std::vector<house::PortQueues> queues;
    for (const PortRecord& record : snapshot.ports()) {
        made.names_.emplace_back(record.name.data());
        made.steering_.push_back({record.slot, {}, {}});
        if (made.ports_.size() == boot.inside_port) {
            made.ports_.emplace_back();
            continue;
        }
        auto port = eal::Port::open(record);
        if (!port) return tl::make_unexpected(port.error());
        queues.push_back(port_queues(record, *port));
        made.ports_.emplace_back(std::move(*port));
    }
    auto placements = house::place(boot.workers, queues);
    if (!placements) return tl::make_unexpected(placements.error());
    made.placements_ = std::move(*placements);
    if (boot.inside_port != config::region::no_inside_port)
        made.placements_.insert(made.placements_.begin() + boot.inside_port, no_placement(boot.workers));
    // Those that others wait for come before those that wait for others.
    for (const bool waiting : {false, true})
        for (std::size_t i = 0; i < made.ports_.size(); ++i)
            if (made.ports_[i] && made.ports_[i]->waits_for_server() == waiting)
                if (auto started = made.start(i, pool, stop); !started) return tl::make_unexpected(started.error());
    return made;
}

Result<void> WanPorts::start(std::size_t index, rte_mempool* pool, const std::atomic<bool>& stop) {
    const PortPlacement& placement = placements_[index];
    const auto receive = static_cast<std::uint16_t>(placement.receive_workers.size());
    return ports_[index]->start({receive, placement.transmit_queues()}, pool, eal::Traffic::copies, stop);
}

std::vector<worker::WanQueues> WanPorts::queues_of(std::uint16_t worker) {
    std::vector<worker::WanQueues> all;
    for (std::size_t i = 0; i < ports_.size(); ++i) {
        worker::WanQueues& queues = all.emplace_back();
        if (!ports_[i]) continue;
        queues.send = ports_[i]->queue(placements_[i].senders[worker]);
        for (const std::uint16_t queue : placements_[i].receive_queues_of(worker))
            queues.receive.push_back(ports_[i]->queue(queue));
    }
    return all;
}

std::vector<std::string> WanPorts::ways() const {
    std::vector<std::string> ways;
    for (std::size_t i = 0; i < ports_.size(); ++i)
        if (ports_[i] && !ports_[i]->way().empty())
            ways.push_back(fmt::format("port {}: {}", names_[i], ports_[i]->way()));
    return ways;
}

std::vector<std::string> WanPorts::steer(const view::ConfigView& view, config::region::DataplaneSection& section) {
    std::vector<std::string> news;
    for (std::size_t i = 0; i < ports_.size(); ++i) {
        if (!ports_[i]) continue;
        auto rules = house::steering_rules(view.endpoints_by_port[i], placements_[i]);
        Steering& steering = steering_[i];
        if (rules == steering.wanted) continue;
        steering.wanted = std::move(rules);
        const auto steered = ports_[i]->steer(steering.wanted);
        const bool by_shard = steered && !steering.wanted.empty();
        section.ports[steering.slot].steering.store(
            static_cast<std::uint8_t>(by_shard ? SteeringCode::by_shard : SteeringCode::by_flow));
        std::string sentence = fmt::format("port {}: copies go to workers by flow", names_[i]);
        if (by_shard)
            sentence =
                fmt::format("port {}: copies of tunnels with several shards go to workers by UDP port", names_[i]);
        else if (!steered)
            sentence += fmt::format(", because the device takes no rules for UDP ports: {}", steered.error().message);
        if (sentence != steering.told) news.push_back(sentence);
        steering.told = std::move(sentence);
    }
    return news;
}

std::vector<std::string> WanPorts::expect(const view::ConfigView& view) {
    auto wanted = house::udp_ports(view);
    if (wanted == expected_) return {};
    expected_ = std::move(wanted);
    std::vector<std::string> news;
    for (std::size_t i = 0; i < ports_.size(); ++i)
        if (auto expects = ports_[i] ? ports_[i]->expect(expected_) : Result<void>{}; !expects)
            news.push_back(
                fmt::format("port {}: the kernel takes no filter for the UDP ports of paths ({}), so that the "
                            "workers see every frame of the interface",
                            names_[i], expects.error().message));
    return news;
}

void WanPorts::announce(const View& snapshot, config::region::DataplaneSection& section) const {
    for (std::size_t i = 0; i < placements_.size(); ++i) {
        if (!ports_[i]) continue;
        const PortPlacement& placement = placements_[i];
        auto& status = section.ports[snapshot.ports()[i].slot];
        status.receive_queues.store(static_cast<std::uint8_t>(placement.receive_workers.size()));
        status.steering.store(static_cast<std::uint8_t>(
            placement.receive_workers.size() > 1 ? SteeringCode::by_flow : SteeringCode::one_queue));
        status.transmit_queues.store(static_cast<std::uint8_t>(placement.transmit_queues()));
        for (std::size_t queue = 0; queue < placement.receive_workers.size(); ++queue) {
            status.receive_workers[queue].store(static_cast<std::uint8_t>(placement.receive_workers[queue]));
            std::uint16_t workers = 0;
            for (const std::uint16_t worker : placement.deal[queue])
                workers |= static_cast<std::uint16_t>(1U << worker);
            status.deal[queue].store(workers);
        }
        for (std::size_t worker = 0; worker < placement.senders.size(); ++worker)
            status.senders[worker].store(static_cast<std::uint8_t>(placement.senders[worker]));
    }
}

void WanPorts::watch(const View& snapshot, PortWatch& watch) {
    for (std::size_t i = 0; i < ports_.size(); ++i)
        if (ports_[i]) watch.add(snapshot.ports()[i], i, *ports_[i]);
}

}  // namespace ropewalk::dataplane
