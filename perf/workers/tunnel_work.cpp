#include "perf/workers/tunnel_work.hpp"

#include <fmt/format.h>

#include "config/snapshot/monotonic_clock.hpp"
#include "dataplane/pipeline/to_inside.hpp"
#include "dataplane/pipeline/to_paths.hpp"
#include "perf/fixture/arrived_frames.hpp"
#include "perf/fixture/cycle_clock.hpp"
#include "perf/fixture/gateway_configuration.hpp"

namespace ropewalk::perf::workers {

using namespace dataplane;
using config::snapshot::CipherCode;
using fixture::End;

Result<std::unique_ptr<TunnelWork>> TunnelWork::make(fixture::PacketMix mix, SecondCopy second, rte_mempool* pool) {
    auto configuration = fixture::gateway_configuration(End::looped, CipherCode::aes_256_gcm, 2);
    configuration.dataplane.workers = team_size;
    auto gateway = fixture::GatewayInMemory::make(configuration, fixture::keys_of(End::looped), pool);
    if (!gateway) return tl::make_unexpected(gateway.error());
    std::unique_ptr<TunnelWork> made(new TunnelWork(std::move(*gateway), second));
    for (auto& member : made->members_) member = std::make_unique<Member>(fixture::InnerPackets(mix, pool));
    return made;
}

/// Hands the second copies over; returns how many the other worker did not take.
std::uint16_t TunnelWork::cross(std::size_t worker) {
    packet::Burst& copies = members_[worker]->egress.wan[1];
    const std::uint16_t count = copies.count;
    const std::uint16_t taken = members_[partner_[worker]]->ring.push(copies.packets.data(), count);
    for (std::uint16_t i = taken; i < count; ++i) copies.packets[i]->free();
    copies.count = 0;
    return static_cast<std::uint16_t>(count - taken);
}

void TunnelWork::take_crossed(std::size_t worker) {
    Member& member = *members_[worker];
    member.ring.pop(member.crossing);
    pipeline::to_inside(member.crossing, 1, {}, gateway_->view(), gateway_->context(worker), member.egress);
}

Work TunnelWork::step(std::size_t worker) {
    Member& member = *members_[worker];
    worker::Context& context = gateway_->context(worker);
    context.now_ns = config::snapshot::monotonic_ns();
    member.packets.fill(member.inside);
    const std::uint64_t packets = member.inside.count;
    const std::uint64_t began = fixture::start_cycles();
    pipeline::to_paths(member.inside, gateway_->view(), context, member.egress);
    if (second_ == SecondCopy::crossed) cross(worker);
    for (std::uint16_t port = 0; port < 2; ++port)
        pipeline::to_inside(member.egress.wan[port], port, {}, gateway_->view(), context, member.egress);
    if (member.egress.inside.count != 0) member.egress.free_inside();
    if (second_ == SecondCopy::crossed) take_crossed(worker);
    member.egress.free_all();
    return {packets, fixture::without_clock(fixture::read_cycles() - began)};
}

void TunnelWork::alone_or_together(unsigned workers) {
    for (std::size_t worker = 0; worker < team_size; ++worker) {
        partner_[worker] = workers == 3 ? 1 - worker : worker;
        for (int bursts = 0; bursts < 32; ++bursts) {
            take_crossed(worker);
            members_[worker]->egress.free_all();
        }
    }
}

Result<void> TunnelWork::check() {
    std::uint64_t sealed = 0, delivered = 0;
    for (std::size_t worker = 0; worker < team_size; ++worker) {
        const auto& tunnel = gateway_->context(worker).counters.tunnels[gateway_->tunnel().slot];
        sealed += tunnel.sealed_packets.get();
        delivered += tunnel.delivered_packets.get();
    }
    if (sealed == delivered && sealed != 0) return {};
    return fail(fmt::format("{} packets were sealed and {} delivered", sealed, delivered));
}

}  // namespace ropewalk::perf::workers
