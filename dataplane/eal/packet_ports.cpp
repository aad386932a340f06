#include "dataplane/eal/packet_ports.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace ropewalk::dataplane::eal {

using Crossing = PacketPort::Crossing;

Result<PacketPorts> PacketPorts::make(std::uint16_t count, std::uint16_t receiving, rte_mempool* pool) {
    PacketPorts made(receiving);
    for (std::uint16_t queue = 0; queue < count; ++queue) {
        auto socket = idle_packet_socket();
        if (!socket) return tl::make_unexpected(socket.error());
        made.queues_.emplace_back(std::move(*socket), pool);
    }
    return made;
}

Result<void> PacketPorts::take_up(const config::region::PortRecord& record) {
    auto opened = open_packet_sockets(record, static_cast<std::uint16_t>(queues_.size()), receiving_);
    if (!opened) return tl::make_unexpected(opened.error());
    joining_ = std::move(opened->joining);
    const Crossing crossing = joining_.is_on() ? Crossing::joined : Crossing::frame_by_frame;
    for (std::size_t i = 0; i < queues_.size(); ++i)
        if (!queues_[i].take_up(std::move(opened->sockets[i]), crossing)) {
            const int error = errno;
            let_go();
            return fail(fmt::format("ports.{}: exchanging its packet sockets failed: {}", record.name.data(),
                                    std::strerror(error)));
        }
    if (!rules_.empty()) apply(rules_);
    if (expected_) apply(*expected_);
    return {};
}

void PacketPorts::let_go() {
    for (PacketPort& queue : queues_) queue.let_go();
}

void PacketPorts::give_back() {
    for (PacketPort& queue : queues_)
        if (auto idle = idle_packet_socket()) queue.take_up(std::move(*idle), Crossing::none);
}

Result<void> PacketPorts::expect(std::span<const UdpPorts> ports) {
    expected_.emplace(ports.begin(), ports.end());
    return interface() == 0 ? Result<void>{} : apply(ports);
}

Result<void> PacketPorts::apply(std::span<const UdpPorts> ports) {
    for (PacketPort& queue : receiving())
        if (auto expects = eal::expect(queue.socket(), ports); !expects) return expects;
    return {};
}

std::uint64_t PacketPorts::take_missed() {
    std::uint64_t missed = 0;
    for (PacketPort& queue : receiving()) missed += eal::take_missed(queue.socket());
    return missed;
}

Result<void> PacketPorts::steer(std::span<const SteeringRule> rules) {
    rules_.assign(rules.begin(), rules.end());
    return interface() == 0 ? Result<void>{} : apply(rules);
}

Result<void> PacketPorts::apply(std::span<const SteeringRule> rules) {
    const auto& member = queues_.front().socket();
    auto steered = eal::steer(member, rules);
    if (!steered) eal::steer(member, {});
    return steered;
}

}  // namespace ropewalk::dataplane::eal
