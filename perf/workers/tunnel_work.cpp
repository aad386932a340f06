#include "perf/workers/tunnel_work.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "config/snapshot/monotonic_clock.hpp"
#include "dataplane/pipeline/to_inside.hpp"
#include "dataplane/pipeline/to_paths.hpp"
#include "dataplane/stages/outer_headers.hpp"
#include "perf/fixture/arrived_frames.hpp"
#include "perf/fixture/cycle_clock.hpp"
#include "perf/fixture/gateway_configuration.hpp"

namespace ropewalk::perf::workers {

using namespace dataplane;
using config::snapshot::CipherCode;
using fixture::End;

namespace {

constexpr std::uint16_t esp_at =
    stages::OuterHeaders<stages::OuterFamily::ipv4, config::snapshot::WireCode::ropewalk>::size;

}  // namespace

Result<std::unique_ptr<TunnelWork>> TunnelWork::make(fixture::PacketMix mix, Arrival arrival, rte_mempool* pool) {
    auto configuration = fixture::gateway_configuration(End::looped, CipherCode::aes_256_gcm, 2);
    configuration.dataplane.workers = team_size;
    auto gateway = fixture::GatewayInMemory::make(configuration, fixture::keys_of(End::looped), pool);
    if (!gateway) return tl::make_unexpected(gateway.error());
    std::unique_ptr<TunnelWork> made(new TunnelWork(std::move(*gateway), arrival));
    for (auto& member : made->members_) member = std::make_unique<Member>(fixture::InnerPackets(mix, pool));
    return made;
}

/// What arrives at the other worker goes there.
void TunnelWork::hand_over(std::size_t worker) {
    if (arrival_ == Arrival::crossed) return cross(worker, 1);
    if (arrival_ == Arrival::own || members_[worker]->egress.wan[0].count == 0) return;
    // A burst is half a block: all of its numbers belong to one worker.
    const auto& esp = *members_[worker]->egress.wan[0].packets[0]->at<packet::EspHeader>(esp_at);
    if (tunnel::Window::block_of(esp.iv.host()) % team_size == worker) return;
    for (std::uint16_t port = 0; port < 2; ++port) cross(worker, port);
}

/// What the other worker does not take stays.
void TunnelWork::cross(std::size_t worker, std::uint16_t port) {
    packet::Burst& copies = members_[worker]->egress.wan[port];
    const std::uint16_t taken = members_[partner_[worker]]->rings[port].push(copies.packets.data(), copies.count);
    std::move(copies.packets.begin() + taken, copies.packets.begin() + copies.count, copies.packets.begin());
    copies.count = static_cast<std::uint16_t>(copies.count - taken);
}

void TunnelWork::take_crossed(std::size_t worker) {
    Member& member = *members_[worker];
    for (std::uint16_t port = 0; port < 2; ++port) {
        member.rings[port].pop(member.crossing[port]);
        pipeline::to_inside(member.crossing[port], port, {}, gateway_->view(), gateway_->context(worker),
                            member.egress);
        member.egress.free_inside();
    }
}

Work TunnelWork::step(std::size_t worker) {
    Member& member = *members_[worker];
    worker::Context& context = gateway_->context(worker);
    context.now_ns = config::snapshot::monotonic_ns();
    member.packets.fill(member.inside);
    const std::uint64_t packets = member.inside.count;
    const std::uint64_t began = fixture::start_cycles();
    pipeline::to_paths(member.inside, gateway_->view(), context, member.egress);
    hand_over(worker);
    for (std::uint16_t port = 0; port < 2; ++port)
        pipeline::to_inside(member.egress.wan[port], port, {}, gateway_->view(), context, member.egress);
    if (member.egress.inside.count != 0) member.egress.free_inside();
    if (arrival_ != Arrival::own) take_crossed(worker);
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
