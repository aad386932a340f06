// Snapshots with damage and a checksum that fits: what verification lets pass can be shown, compiled and run.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "config/region/layout.hpp"
#include "config/region/verify.hpp"
#include "config/region/view.hpp"
#include "config/snapshot/dump.hpp"
#include "config/snapshot/slots.hpp"
#include "dataplane/channel/compile_view.hpp"
#include "dataplane/channel/tunnel_registry.hpp"
#include "dataplane/pipeline/to_inside.hpp"
#include "dataplane/pipeline/to_paths.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/driver.hpp"
#include "tests/fuzz/fuzzed_packets.hpp"
#include "tests/fuzz/input_reader.hpp"
#include "tests/packets/inner_packet.hpp"
#include "tests/packets/temporary_folder.hpp"
#include "tests/pipeline/collecting_egress.hpp"
#include "tests/pipeline/forged_frame.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::tests::fuzz {
namespace {

using namespace packets;
using config::region::PathRecord;
using config::region::TunnelRecord;
using config::region::View;

constexpr std::uint64_t generation = 7;
constexpr std::size_t most_tunnels = 4, most_edits = 64;

/// What the damage is done to; few tunnels, so that there is little beside what was damaged.
const std::vector<Bytes>& good_snapshots() {
    static const std::vector<Bytes> all = [] {
        config::schema::Gateway empty;
        empty.name = "edge";
        std::vector<Bytes> made;
        for (const auto& gateway :
             {unit::sample_gateway(), unit::behind_a_port(unit::sample_gateway()), unit::hub_with(most_tunnels), empty})
            made.push_back(config::snapshot::build(gateway, unit::resolved_for(gateway), generation).value());
        return made;
    }();
    return all;
}

/// An input is the number of a good snapshot, then edits: where, how many bytes, which; a whole cut to size at last.
Bytes damaged_snapshot(InputReader& in) {
    const auto& good = good_snapshots();
    Bytes bytes = good[in.u8() % good.size()];
    for (std::size_t edit = 0; edit < most_edits && !in.is_done(); ++edit) {
        const std::size_t at = in.u16() % bytes.size();
        const std::uint8_t how = in.u8();
        if (how == 0xff) {
            bytes.resize(std::max<std::size_t>(at, 1));
            continue;
        }
        const std::uint64_t value = in.u64();
        const std::size_t width = std::min<std::size_t>(std::size_t{1} << (how & 3), bytes.size() - at);
        // The records are little-endian: small values stand in the first bytes.
        for (std::size_t i = 0; i < width; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> 8 * i);
    }
    config::region::SnapshotHeader header{};
    if (bytes.size() < sizeof header) return bytes;
    std::memcpy(&header, bytes.data(), sizeof header);
    header.checksum =
        config::region::checksum_of(std::span(bytes).first(std::min<std::size_t>(header.size, bytes.size())));
    std::memcpy(bytes.data(), &header, sizeof header);
    return bytes;
}

/// The memory of a dataplane with one worker, and of the control that gives it orders.
struct Dataplane {
    std::unique_ptr<config::region::DataplaneSection> section = std::make_unique<config::region::DataplaneSection>();
    std::unique_ptr<config::region::ControlSection> control = std::make_unique<config::region::ControlSection>();
    std::unique_ptr<dataplane::stages::PathSenders> senders = std::make_unique<dataplane::stages::PathSenders>();
    std::unique_ptr<dataplane::stages::PathReceivers> receivers = std::make_unique<dataplane::stages::PathReceivers>();
    TemporaryFolder state_dir{"/dev/shm"};
    std::uint64_t time_ns = std::uint64_t{1} << 60;
    /// Minutes pass from one question to the next, so that no key's record is ahead of it.
    dataplane::channel::WallClock clock{[this] { return time_ns += std::uint64_t{1} << 37; }};
    std::uint64_t sequence = std::uint64_t{1} << 61;  ///< above what any input left behind
};

std::string text_of(const std::array<std::uint8_t, 16>& address, std::uint8_t family) {
    std::array<char, INET6_ADDRSTRLEN> text;
    return ::inet_ntop(family == 6 ? AF_INET6 : AF_INET, address.data(), text.data(), text.size());
}

/// As the peer sends it: the frame, its addresses those of the path.
Bytes frame_of_peer(const TunnelRecord& tunnel, const PathRecord& path, std::uint64_t sequence, const Bytes& inner) {
    config::snapshot::TunnelKeys keys{.tx_spi = tunnel.rx_spi, .tx_key = tunnel.rx_key, .tx_salt = tunnel.rx_salt};
    const std::uint8_t next_header = inner[0] >> 4 == 6 ? 41 : 4;
    Bytes plaintext = inner;
    while ((plaintext.size() + 2) % 4 != 0)
        plaintext.push_back(static_cast<std::uint8_t>(plaintext.size() - inner.size() + 1));
    plaintext = joined({plaintext, Bytes{static_cast<std::uint8_t>(plaintext.size() - inner.size()), next_header}});
    const bool has_copy_header = config::traits_of(tunnel.wire).has_copy_header;
    const Bytes copy_header = has_copy_header ? Bytes{path.path_id, 0, 0, 0, 1, 0, 0, 0} : Bytes{};
    const char* const cipher = tunnel.cipher == config::Cipher::aes_256_gcm ? "aes-256-gcm" : "aes-128-gcm";
    IpFields outer;
    outer.source = text_of(path.peer_address, path.family);
    outer.destination = text_of(path.local_address, path.family);
    return joined({Bytes{2, 0, 0, 0, 0, 1}, Bytes{2, 0, 0, 0, 0, 2}, path.family == 6 ? Bytes{0x86, 0xdd} : Bytes{8, 0},
                   ip_packet(outer, udp_datagram(path.peer_udp_port, path.local_udp_port,
                                                 joined({copy_header,
                                                         pipeline::forged_esp(keys, cipher, sequence, plaintext)})))});
}

std::string first_address(const config::region::RangeV4Record& range) {
    std::array<std::uint8_t, 16> address{};
    std::ranges::copy(be32(range.first), address.begin());
    return text_of(address, 4);
}

std::string first_address(const config::region::RangeV6Record& range) {
    std::array<std::uint8_t, 16> address{};
    std::ranges::copy(joined({be64(range.first_high), be64(range.first_low)}), address.begin());
    return text_of(address, 6);
}

/// A packet that the peer's users may send; of any other source where they have no IPv4 prefix.
Bytes packet_of_peer(const View& snapshot, std::size_t tunnel) {
    IpFields fields;
    for (const auto& range : snapshot.ranges_v4())
        if (range.tunnel == tunnel) fields.source = first_address(range);
    return packet_of_size(fields, 100, tunnel);
}

/// One to the first address of each range.
std::vector<Bytes> packets_of_users(const View& snapshot) {
    constexpr std::size_t most = dataplane::packet::burst_capacity / 2;
    std::vector<Bytes> packets;
    for (const auto& range : snapshot.ranges_v4()) {
        if (packets.size() == most) break;
        IpFields fields;
        fields.destination = first_address(range);
        packets.push_back(packet_of_size(fields, 200, packets.size()));
    }
    for (const auto& range : snapshot.ranges_v6()) {
        if (packets.size() == 2 * most) break;
        IpFields fields = v6_fields();
        fields.destination = first_address(range);
        packets.push_back(packet_of_size(fields, 200, packets.size()));
    }
    return packets;
}

dataplane::packet::Burst burst_of(const std::vector<Bytes>& packets) {
    dataplane::packet::Burst burst;
    for (const Bytes& bytes : packets) {
        rte_mbuf* const mbuf = rte_pktmbuf_alloc(PacketMemory::of_this_program().pool());
        std::ranges::copy(
            bytes, reinterpret_cast<std::uint8_t*>(rte_pktmbuf_append(mbuf, static_cast<std::uint16_t>(bytes.size()))));
        burst.push(dataplane::packet::Packet::from(mbuf));
    }
    return burst;
}

/// Packets taken and what became of them, in one turn.
std::uint64_t dropped_by(const dataplane::stages::Context& context) {
    std::uint64_t sum = 0;
    for (const auto& counter : context.counters.drops) sum += counter.get();
    return sum;
}

void run(const View& snapshot, const dataplane::view::ConfigView& view, Dataplane& memory) {
    using namespace dataplane;
    for (const PathRecord& path : snapshot.paths())
        memory.control->path_orders[path.slot].store({config::region::PathUse::use, {2, 0, 0, 0, 0, 9}});
    stages::Context context(*memory.section, *memory.control, 0, *memory.senders, *memory.receivers,
                            PacketMemory::of_this_program().pool());
    context.now_ns = 1'000'000'000;
    pipeline::CollectingEgress egress;
    const auto users = packets_of_users(snapshot);
    const std::uint64_t dropped = dropped_by(context);
    packet::Burst burst = burst_of(users);
    dataplane::pipeline::to_paths(burst, view, context, egress);
    const std::uint64_t lost = dropped_by(context) - dropped;
    const std::size_t copies = egress.take_wan().size();
    demand(lost <= users.size() && (copies == 0) == (lost == users.size()), "what users send is sent or dropped");

    for (std::size_t i = 0; i < snapshot.tunnels().size(); ++i) {
        const TunnelRecord& tunnel = snapshot.tunnels()[i];
        const Bytes inner = packet_of_peer(snapshot, i);
        for (const PathRecord& path : snapshot.paths_of(tunnel)) {
            const Bytes frame = frame_of_peer(tunnel, path, ++memory.sequence, inner);
            const std::uint64_t before = dropped_by(context), delivered = egress.inside_packets();
            packet::Burst arrived = burst_of({frame, frame});
            dataplane::pipeline::to_inside(arrived, snapshot.ports()[path.port].slot, {}, view, context, egress);
            demand(dropped_by(context) - before + egress.inside_packets() - delivered == 2,
                   "every frame is delivered or dropped for a reason");
            for (const Bytes& packet : egress.take_inside()) demand(packet == inner, "what is delivered was sealed");
        }
    }
}

void show_and_run(const Bytes& bytes) {
    static Dataplane memory;
    const View snapshot(bytes);
    dump_text(snapshot, config::snapshot::standing_orders(snapshot, *memory.control));
    config::snapshot::Resolved resolved;
    recover_slots(snapshot, resolved);
    dataplane::channel::TunnelRegistry registry(
        dataplane::channel::SequenceStore::open(memory.state_dir.path()).value(), *memory.section, memory.clock);
    dataplane::channel::CompiledRoutes routes;
    dataplane::channel::PortAddresses ports;
    ports.fill({2, 0, 0, 0, 0, 1});
    const auto view = compile_view(snapshot, ports, registry, routes);
    if (!view) return demand(false, "what verifies can be compiled", view.error().message);
    run(snapshot, **view, memory);
    demand(PacketMemory::of_this_program().in_use() == 0, "every packet is given back");
}

/// One edit, of a field at `at`.
Bytes edit(std::size_t at, std::uint8_t width_log2, std::uint64_t value) {
    return joined({be16(static_cast<std::uint16_t>(at)), Bytes{width_log2}, be64(value)});
}

}  // namespace

InputForm input_form() {
    return InputForm::bytes;
}

std::vector<Bytes> built_seeds() {
    std::vector<Bytes> seeds;
    for (std::uint8_t number = 0; number < good_snapshots().size(); ++number) {
        const Bytes& good = good_snapshots()[number];
        config::region::SnapshotHeader header{};
        std::memcpy(&header, good.data(), sizeof header);
        seeds.push_back({number});
        seeds.push_back(joined({Bytes{number}, be16(static_cast<std::uint16_t>(good.size() - 1)), Bytes{0xff}}));
        // Each field of every record is begun once, with a value that it may have and with one that it may not.
        for (const auto& [table, size] :
             {std::pair{header.ports, sizeof(config::region::PortRecord)},
              std::pair{header.tunnels, sizeof(TunnelRecord)}, std::pair{header.paths, sizeof(PathRecord)},
              std::pair{header.classes, sizeof(config::region::ClassRecord)},
              std::pair{header.ranges_v4, sizeof(config::region::RangeV4Record)},
              std::pair{header.ranges_v6, sizeof(config::region::RangeV6Record)}})
            for (std::size_t at = 0; table.count != 0 && at < size; at += 8)
                for (const std::uint64_t value : {1, 0xffff})
                    seeds.push_back(joined({Bytes{number}, edit(table.offset + at, at % 16 == 0 ? 2 : 1, value)}));
        for (std::size_t at = 0; at < sizeof header; at += 4) seeds.push_back(joined({Bytes{number}, edit(at, 2, 3)}));
    }
    return seeds;
}

}  // namespace ropewalk::tests::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ropewalk;
    using namespace ropewalk::tests::fuzz;
    PacketMemory::of_this_program();
    InputReader in({data, size});
    const auto bytes = damaged_snapshot(in);
    // Memory of exactly this size.
    const tests::packets::Bytes exact(bytes.begin(), bytes.end());
    const auto verified = config::region::verify(exact, generation);
    if (verified)
        show_and_run(exact);
    else
        demand(!verified.error().message.empty() && verified.error().message.size() < 256,
               "a refusal fits the shared memory", verified.error().message);
    return 0;
}
