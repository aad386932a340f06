#include <cstring>
#include <stdexcept>

#include <rte_mbuf.h>
#include <rte_memcpy.h>

#include "dataplane/eal/mempool.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/packet/copy_lines.hpp"
#include "perf/micro/bench.hpp"

/// What it costs to send a sealed packet on several paths: headers in front of copies, or of references to one packet.
/// Includes giving everything back, which is where references pay.
namespace ropewalk::perf::micro {

namespace {

using dataplane::packet::Burst;
using dataplane::packet::Packet;

/// Outer headers and copy header on IPv4, and where a sealed packet begins in a gateway's buffer.
constexpr std::uint16_t header_bytes = 50, sealed_at = RTE_PKTMBUF_HEADROOM - 16;
/// So few that eight copies of jumbo frames and their originals fit into a small pool.
constexpr std::uint16_t packets = 16;

enum class Way : std::int64_t { lines, rte_memcpy, reference };

rte_mempool* jumbo_pool() {
    static const auto made = dataplane::eal::Mempool::make("jumbo", 511, 9216 + 256);
    if (!made) throw std::runtime_error(made.error().message);
    return made->get();
}

void write_headers(Packet& packet, const std::array<std::uint8_t, header_bytes>& headers) {
    std::memcpy(packet.grow_front(header_bytes), headers.data(), header_bytes);
}

/// A packet with headers of its own, behind which the sealed one follows as a second segment.
Packet* reference_to(Packet& sealed, Packet* copy) {
    copy->mbuf()->data_off = sealed_at;
    copy->set_size(0);
    copy->mbuf()->next = sealed.mbuf();
    copy->mbuf()->nb_segs = 2;
    return copy;
}

Packet* copy_by(Way way, Packet& sealed, Packet* copy) {
    if (way == Way::reference) return reference_to(sealed, copy);
    copy->mbuf()->data_off = sealed.mbuf()->data_off;
    if (way == Way::lines)
        dataplane::packet::copy_lines(copy->data(), sealed.data(), sealed.size());
    else
        rte_memcpy(copy->data(), sealed.data(), sealed.size());
    copy->set_size(sealed.size());
    return copy;
}

void send_on_paths(benchmark::State& state) {
    const auto bytes = static_cast<std::uint16_t>(state.range(0));
    const auto paths = static_cast<std::uint16_t>(state.range(1));
    const Way way{state.range(2)};
    rte_mempool* const from = bytes > 2048 ? jumbo_pool() : pool();
    constexpr std::array<std::uint8_t, header_bytes> headers{1, 2, 3};
    Burst originals;
    std::array<Burst, 8> sent;
    measure_packets(
        state, packets,
        [&] {
            if (rte_pktmbuf_alloc_bulk(from, originals.mbufs(), packets) != 0)
                throw std::runtime_error("no packets left");
            originals.count = packets;
            for (Packet* packet : originals.view()) {
                packet->mbuf()->data_off = sealed_at;
                packet->set_size(bytes);
                std::memset(packet->data(), 1, bytes);
            }
        },
        [&] {
            for (std::uint16_t path = 0; path < paths; ++path) {
                // A reference cannot send the original itself: every path's headers stand in a packet of their own.
                const bool takes_original = path + 1 == paths && way != Way::reference;
                Burst& out = sent[path];
                if (!takes_original && rte_pktmbuf_alloc_bulk(from, out.mbufs(), packets) != 0)
                    throw std::runtime_error("no packets left");
                for (std::uint16_t i = 0; i < packets; ++i) {
                    Packet& sealed = *originals.packets[i];
                    out.packets[i] = takes_original ? &sealed : copy_by(way, sealed, out.packets[i]);
                    write_headers(*out.packets[i], headers);
                }
                out.count = packets;
            }
            if (way == Way::reference)
                for (Packet* packet : originals.view())
                    rte_mbuf_refcnt_update(packet->mbuf(), static_cast<std::int16_t>(paths - 1));
            for (std::uint16_t path = 0; path < paths; ++path) sent[path].free();
        });
    state.SetLabel(way == Way::lines ? "whole lines" : way == Way::rte_memcpy ? "rte_memcpy" : "reference");
}

BENCHMARK(send_on_paths)
    ->ArgNames({"bytes", "paths", "way"})
    ->ArgsProduct({{64, 512, 1420, 9000}, {1, 2, 3, 4, 8}, {0, 1, 2}})
    ->UseManualTime();

}  // namespace

}  // namespace ropewalk::perf::micro
