#include "perf/workers/tunnel_work.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "config/region/clocks.hpp"
#include "dataplane/headers/outer_headers.hpp"
#include "dataplane/pipeline/to_inside.hpp"
#include "dataplane/pipeline/to_paths.hpp"
#include "perf/fixture/arrived_frames.hpp"
#include "perf/fixture/cycle_clock.hpp"
#include "perf/fixture/gateway_configuration.hpp"

namespace ropewalk::perf::workers {

using namespace dataplane;
using config::Cipher;
using fixture::End;

namespace {

constexpr std::uint16_t esp_at = headers::OuterHeaders<headers::OuterFamily::ipv4, config::Wire::ropewalk>::size;

}  // namespace

Result<std::unique_ptr<TunnelWork>> TunnelWork::make(fixture::PacketMix mix, Arrival arrival, rte_mempool* pool) {
    auto configuration = fixture::gateway_configuration(End::looped, Cipher::aes_256_gcm, 2);
    configuration.dataplane.workers = team_size;
    auto gateway = fixture::GatewayInMemory::make(configuration, fixture::keys_of(End::looped), pool);
    if (!gateway) return tl::make_unexpected(gateway.error());
    std::unique_ptr<TunnelWork> made(new TunnelWork(std::move(*gateway), arrival, pool));
    for (auto& member : made->members_) member = std::make_unique<Member>(fixture::InnerPackets(mix, pool));
    return made;
}

std::size_t TunnelWork::receiver_of(std::size_t worker, std::uint16_t port) const {
    const std::size_t other = partner_[worker];
    if (arrival_ == Arrival::own) return worker;
    if (arrival_ == Arrival::crossed) return port == 0 ? worker : other;
    // A burst is half a block: all of its numbers belong to one worker.
    const auto& esp = *members_[worker]->egress.wan[port].packets[0]->at<packet::EspHeader>(esp_at);
    return tunnel::Window::block_of(esp.iv.host()) % team_size == worker ? worker : other;
}

std::uint64_t TunnelWork::send(std::size_t worker) {
    Member& member = *members_[worker];
    for (const packet::Packet* made : member.inside.view()) push_to_shared_cache(*made);
    std::uint64_t began = fixture::start_cycles();
    pipeline::to_paths(member.inside, gateway_->view(), gateway_->context(worker), member.egress);
    std::uint64_t cycles = fixture::without_clock(fixture::read_cycles() - began);
    std::array<std::uint16_t, ports> carried{};
    for (std::uint16_t port = 0; port < ports; ++port)
        if (packet::Burst& copies = member.egress.wan[port]; copies.count != 0)
            carried[port] = members_[receiver_of(worker, port)]->wires[worker][port].carry(copies);
    began = fixture::start_cycles();
    for (std::uint16_t port = 0; port < ports; ++port) {
        packet::Burst& copies = member.egress.wan[port];
        if (carried[port] != 0) rte_pktmbuf_free_bulk(copies.mbufs(), carried[port]);
        // What found no buffer arrives here, so that nothing is lost.
        std::move(copies.packets.begin() + carried[port], copies.packets.begin() + copies.count,
                  copies.packets.begin());
        copies.count = static_cast<std::uint16_t>(copies.count - carried[port]);
        member.carried += carried[port];
        member.stayed += copies.count;
    }
    return cycles + fixture::without_clock(fixture::read_cycles() - began);
}

std::uint64_t TunnelWork::receive(std::size_t worker) {
    Member& member = *members_[worker];
    for (std::size_t sender = 0; sender < team_size; ++sender)
        for (std::uint16_t port = 0; port < ports; ++port)
            member.wires[sender][port].receive(member.arrived[sender][port]);
    const auto to_inside = [&](packet::Burst& frames, std::uint16_t port) {
        if (frames.count == 0) return;
        pipeline::to_inside(frames, port, {}, gateway_->view(), gateway_->context(worker), member.egress);
        member.egress.free_inside();
    };
    const std::uint64_t began = fixture::start_cycles();
    for (std::uint16_t port = 0; port < ports; ++port) {
        to_inside(member.egress.wan[port], port);
        for (auto& from : member.arrived) to_inside(from[port], port);
    }
    member.egress.free_all();
    return fixture::without_clock(fixture::read_cycles() - began);
}

Work TunnelWork::step(std::size_t worker) {
    Member& member = *members_[worker];
    gateway_->context(worker).now_ns = config::region::monotonic_ns();
    for (auto& from : member.wires)
        for (Wire& wire : from) wire.lend(pool_);
    member.packets.fill(member.inside);
    const std::uint64_t packets = member.inside.count;
    const std::uint64_t sending = send(worker);
    return {packets, sending + receive(worker)};
}

void TunnelWork::alone_or_together(unsigned workers) {
    for (std::size_t worker = 0; worker < team_size; ++worker) {
        partner_[worker] = workers == 3 ? 1 - worker : worker;
        for (int bursts = 0; bursts < 32; ++bursts) receive(worker);
    }
}

double TunnelWork::share_that_stayed() const {
    std::uint64_t carried = 0, stayed = 0;
    for (const auto& member : members_) {
        carried += member->carried;
        stayed += member->stayed;
    }
    return static_cast<double>(stayed) / static_cast<double>(std::max<std::uint64_t>(carried + stayed, 1));
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
