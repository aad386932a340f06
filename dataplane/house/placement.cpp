#include "dataplane/house/placement.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace ropewalk::dataplane::house {

namespace {

Result<void> check(std::uint16_t workers, const PortQueues& port) {
    if (port.most_receive == 0 || port.most_transmit == 0)
        return fail(fmt::format("ports.{}: the device has no queue to receive on or to send by", port.name));
    if (port.receive_workers.size() > port.most_receive)
        return fail(fmt::format("ports.{}.queues lists {} receive queues, but the device has {}", port.name,
                                port.receive_workers.size(), port.most_receive));
    for (const std::uint16_t worker : port.receive_workers)
        if (worker >= workers)
            return fail(fmt::format("ports.{}.queues: there is no worker {} to poll the queue; the workers are 0 to {}",
                                    port.name, worker, workers - 1));
    return {};
}

/// Ports with few queues begin with different workers, so that no worker polls all of them.
std::vector<std::uint16_t> receive_workers(std::uint16_t workers, const PortQueues& port, std::size_t index) {
    if (!port.receive_workers.empty()) return port.receive_workers;
    const std::uint16_t queues = std::min(workers, port.most_receive);
    std::vector<std::uint16_t> chosen;
    for (std::uint16_t queue = 0; queue < queues; ++queue)
        chosen.push_back(queues == workers ? queue : static_cast<std::uint16_t>((queue + index) % workers));
    return chosen;
}

std::vector<std::vector<std::uint16_t>> deal(std::uint16_t workers, const std::vector<std::uint16_t>& polling,
                                             config::Spread spread) {
    // Sorted: in one order everywhere, so that the copies of a packet meet at one worker, whatever port they come by.
    std::map<std::uint16_t, std::set<std::uint16_t>> by_poller;
    for (const std::uint16_t worker : polling) by_poller[worker].insert(worker);
    auto next = by_poller.begin();
    for (std::uint16_t worker = 0; worker < workers; ++worker) {
        if (spread == config::Spread::never || by_poller.contains(worker)) continue;
        next->second.insert(worker);
        if (++next == by_poller.end()) next = by_poller.begin();
    }
    std::vector<std::vector<std::uint16_t>> shares;
    for (const std::uint16_t worker : polling) shares.emplace_back(by_poller[worker].begin(), by_poller[worker].end());
    return shares;
}

}  // namespace

std::uint16_t PortPlacement::transmit_queues() const {
    return static_cast<std::uint16_t>(*std::ranges::max_element(senders) + 1);
}

std::vector<std::uint16_t> PortPlacement::receive_queues_of(std::uint16_t worker) const {
    std::vector<std::uint16_t> queues;
    for (std::uint16_t queue = 0; queue < receive_workers.size(); ++queue)
        if (receive_workers[queue] == worker) queues.push_back(queue);
    return queues;
}

std::vector<std::uint16_t> PortPlacement::deal_of(std::uint16_t worker) const {
    const auto queues = receive_queues_of(worker);
    if (queues.empty() || deal[queues.front()].size() == 1) return {};
    return deal[queues.front()];
}

std::vector<std::uint8_t> PortPlacement::shares_by_block(std::uint16_t worker) const {
    const auto group = deal_of(worker);
    const auto all = receivers();
    std::vector<std::uint8_t> shares;
    std::size_t next = 0;
    // As many rounds as the group has members, so that each gets as much of what goes round.
    for (std::size_t block = 0; block < group.size() * all.size(); ++block) {
        const auto own = std::ranges::find(group, all[block % all.size()]);
        shares.push_back(static_cast<std::uint8_t>(own != group.end() ? own - group.begin()
                                                                      : std::ptrdiff_t(next++ % group.size())));
    }
    return shares;
}

std::vector<std::uint16_t> PortPlacement::receivers() const {
    std::set<std::uint16_t> workers;
    for (const auto& group : deal) workers.insert(group.begin(), group.end());
    return {workers.begin(), workers.end()};
}

Result<std::vector<PortPlacement>> place(std::uint16_t workers, std::span<const PortQueues> ports) {
    std::vector<PortPlacement> placements;
    for (std::size_t i = 0; i < ports.size(); ++i) {
        if (auto checked = check(workers, ports[i]); !checked) return tl::make_unexpected(checked.error());
        PortPlacement placement;
        placement.receive_workers = receive_workers(workers, ports[i], i);
        placement.deal = deal(workers, placement.receive_workers, ports[i].spread);
        const std::uint16_t transmit = std::min(workers, ports[i].most_transmit);
        for (std::uint16_t worker = 0; worker < workers; ++worker) placement.senders.push_back(worker % transmit);
        placements.push_back(std::move(placement));
    }
    return placements;
}

}  // namespace ropewalk::dataplane::house
