// Both pipelines: frames of strangers, packets of a peer that has the key, packets of our own users.
#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "control/peers/hello.hpp"
#include "dataplane/headers/clamp_mss.hpp"
#include "dataplane/headers/quoted_packet.hpp"
#include "dataplane/headers/too_big.hpp"
#include "dataplane/stages/inner_source.hpp"
#include "dataplane/stages/match_classes.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/driver.hpp"
#include "tests/fuzz/fuzzed_packets.hpp"
#include "tests/fuzz/input_reader.hpp"
#include "tests/packets/inner_packet.hpp"
#include "tests/packets/loose_packet.hpp"
#include "tests/packets/super_packets.hpp"
#include "tests/pipeline/forged_frame.hpp"
#include "tests/pipeline/gateway_under_test.hpp"
#include "tests/pipeline/static_keys.hpp"

namespace ropewalk::tests::fuzz {
namespace {

using namespace packets;
using config::region::DropReason;
using pipeline::Frame;
using pipeline::GatewayShape;
using pipeline::GatewayUnderTest;

/// An input is the shape of the gateways, then such parts: kind, options, path, size of what follows (2 bytes).
enum Kind : std::uint8_t {
    stranger_frame,  ///< a whole frame
    stranger_udp,    ///< what UDP to our port holds
    stranger_esp,    ///< what stands behind the right copy header and SPI
    peer_packet,     ///< a packet, sealed by the peer
    peer_plaintext,  ///< the same with a trailer of its own, or none
    peer_message,    ///< for control
    user_packet,     ///< whatever comes from the inside
    user_packet_for_peer,
    injected_message,
    kinds
};
/// Options of a part; above them an ECN field.
constexpr std::uint8_t twice = 0x01, next_shard = 0x02, from_v6 = 0x04, replayed = 0x08;
constexpr unsigned ecn_shift = 6;

constexpr std::size_t most_parts = 48, ethernet = 14, largest_frame = 9344;
constexpr std::uint64_t turn_ns = 1'000'000, all_books_every = 64;

const std::array<GatewayShape, 5>& shapes() {
    static const std::array<GatewayShape, 5> all = [] {
        std::array<GatewayShape, 5> made;
        made[0].ports = GatewayShape::Ports::shared;
        made[0].hub_shards = 4;
        made[0].udp_checksum = "zero";
        made[0].classes =
            "      voice: { match: { dscp: [46], protocol: udp, source_port: 5000-6000 }, copies: 2 }\n"
            "      large: { match: { destination: 192.0.2.0/24, protocol: tcp, destination_port: 80 }, paths: [path2] "
            "}\n"
            "      small: { match: { max_size: 100B, source: \"2001:db8:1::/64\" }, copies: 1 }\n";
        made[1].outer = 6;
        made[1].udp_checksum = "computed";
        made[2].wire = "esp";
        made[3].outer = 6;
        made[3].wire = "esp";
        made[3].cipher = "aes-128-gcm";
        made[4].mtu = 9000;
        made[4].depot = GatewayShape::Depot::present;
        return made;
    }();
    return all;
}

/// Two gateways of a shape; what they remember goes on from input to input.
struct World {
    explicit World(const GatewayShape& wanted)
        : shape(wanted),
          edge(edge_yaml(wanted), PacketMemory::of_this_program().pool()),
          hub(hub_yaml(wanted), PacketMemory::of_this_program().pool()) {
        edge.peer_announces(static_cast<std::uint8_t>(wanted.hub_shards));
    }
    const GatewayShape shape;
    GatewayUnderTest edge, hub;
    std::uint64_t forged_sequence = 1;
};

World& world_of(std::uint8_t number) {
    static std::array<std::unique_ptr<World>, 5> worlds;
    auto& world = worlds[number % worlds.size()];
    if (!world) world = std::make_unique<World>(shapes()[number % worlds.size()]);
    return *world;
}

/// What one input is made of.
struct Parts {
    std::vector<Frame> frames;      ///< to the hub
    std::vector<Bytes> sealed;      ///< plaintexts among them
    std::vector<Bytes> users;       ///< to the edge
    std::vector<Bytes> messages;    ///< of the edge's control
    bool marks_congestion = false;  ///< some outer headers do, and change inner ones
};

std::uint8_t version_of(const Bytes& packet) {
    return packet.empty() ? 0 : packet[0] >> 4;
}

Bytes with_trailer(Bytes packet, std::uint8_t next_header) {
    std::uint8_t padding = 0;
    while ((packet.size() + 2) % 4 != 0) packet.push_back(++padding);
    packet.push_back(padding);
    packet.push_back(next_header);
    return packet;
}

/// As it would be if it came from the edge's users and went to the hub's.
Bytes for_peer(Bytes packet, bool v6) {
    const std::size_t header = v6 ? 40 : 20;
    packet.resize(std::max(packet.size(), header));
    const IpFields fields = v6 ? v6_fields() : IpFields{};
    const Bytes addresses = joined({address_bytes(fields.source), address_bytes(fields.destination)});
    std::ranges::copy(addresses, packet.begin() + (v6 ? 8 : 12));
    packet[0] = static_cast<std::uint8_t>(v6 ? 0x60 | (packet[0] & 0xf) : 0x40 | std::max(packet[0] & 0xf, 5));
    set_be16(packet, v6 ? 4 : 2, static_cast<std::uint16_t>(packet.size() - (v6 ? header : 0)));
    return packet;
}

Frame frame_to_hub(const World& world, std::uint8_t options, unsigned path, const Bytes& udp_payload) {
    Frame frame = pipeline::forged_frame(world.shape, path, udp_payload);
    const bool v4 = world.shape.outer == 4;
    const std::size_t port_at = ethernet + (v4 ? 20 : 40) + 2;
    if ((options & next_shard) != 0)
        set_be16(frame.bytes, port_at, static_cast<std::uint16_t>(read_be16(frame.bytes, port_at) + 1));
    const auto ecn = static_cast<std::uint8_t>(options >> ecn_shift);
    if (v4)
        frame.bytes[ethernet + 1] |= ecn;
    else
        frame.bytes[ethernet + 1] |= static_cast<std::uint8_t>(ecn << 4);
    return frame;
}

void seal(World& world, Parts& parts, std::uint8_t options, unsigned path, const Bytes& plaintext) {
    const auto keys = pipeline::static_keys("edge", "hub");
    // A peer's numbers: the edge will not use them, so that those of its own packets go on behind them.
    if ((options & replayed) == 0)
        world.forged_sequence = world.edge.tunnel().state->sequence.reserve(path).value_or(world.forged_sequence);
    const Bytes esp = pipeline::forged_esp(keys, world.shape.cipher, world.forged_sequence, plaintext);
    const auto number = static_cast<std::uint32_t>(world.forged_sequence);
    parts.frames.push_back(
        frame_to_hub(world, options, path, joined({pipeline::forged_copy_header(world.shape, path, number), esp})));
    parts.sealed.push_back(plaintext);
    parts.marks_congestion |= options >> ecn_shift != 0;
}

void read_part(World& world, InputReader& in, Parts& parts) {
    const std::uint8_t kind = in.u8() % kinds, options = in.u8();
    const unsigned path = 1 + in.u8() % world.shape.paths;
    const Bytes bytes = in.bytes(std::min<std::size_t>(in.u16(), largest_frame - 200));
    const bool shared = world.shape.ports == GatewayShape::Ports::shared;
    switch (kind) {
        case stranger_frame:
            parts.frames.push_back({static_cast<std::uint16_t>(shared ? 0 : path - 1), bytes});
            break;
        case stranger_udp:
            parts.frames.push_back(frame_to_hub(world, options, path, bytes));
            break;
        case stranger_esp:
            parts.frames.push_back(frame_to_hub(
                world, options, path,
                joined({pipeline::forged_copy_header(world.shape, path, 7), be32(world.hub.tunnel().rx_spi), bytes})));
            break;
        case peer_packet:
            seal(world, parts, options, path, with_trailer(bytes, version_of(bytes) == 6 ? 41 : 4));
            break;
        case peer_plaintext:
            seal(world, parts, options, path, bytes);
            break;
        case peer_message:
            seal(world, parts, options, path, with_trailer(bytes, 59));
            break;
        case user_packet:
            parts.users.push_back(bytes);
            break;
        case user_packet_for_peer:
            parts.users.push_back(for_peer(bytes, (options & from_v6) != 0));
            break;
        default:
            if (!bytes.empty() && bytes.size() <= config::region::message_capacity_bytes)
                parts.messages.push_back(bytes);
    }
    if ((options & twice) != 0 && kind <= peer_message) parts.frames.push_back(parts.frames.back());
}

/// All that looks into inner packets looks at one here in memory that ends where it ends.
void look_into(const Bytes& bytes, const GatewayUnderTest& gateway) {
    using namespace dataplane;
    if (bytes.empty()) return;
    LoosePacket whole(bytes);
    headers::InnerHeader inner{};
    if (!headers::read_inner_header(whole.packet(), static_cast<std::uint32_t>(bytes.size()), inner)) return;
    demand(inner.total_size <= bytes.size() && inner.header_size <= inner.total_size,
           "an inner packet is within its bytes", to_hex(bytes));
    LoosePacket exact(Bytes(bytes.begin(), bytes.begin() + inner.total_size));
    packet::Packet& packet = exact.packet();
    const auto fields = stages::read_class_fields(packet, inner);
    Bytes addresses(fields.source, fields.source + (fields.family == 4 ? 4 : 16));
    addresses.insert(addresses.end(), fields.destination, fields.destination + (fields.family == 4 ? 4 : 16));
    headers::may_answer_too_big(packet, inner);
    stages::source_belongs(packet, inner.version, *gateway.view().routes, 0);
    stages::quotes_packet_to_peer(packet, *gateway.view().routes, 0);
    const std::uint16_t size = packet.size();
    if (headers::is_tcp_syn(packet, inner)) headers::lower_mss(packet, inner, gateway.tunnel().inner_mtu);
    demand(packet.size() == size, "lowering the MSS moves nothing");
}

/// What a gateway's counters say, to see what one burst added.
struct Sums {
    explicit Sums(const GatewayUnderTest& gateway) : dropped(gateway.dropped_in_all()) {
        for (std::size_t i = 0; i < gateway.view().tunnels.size(); ++i) {
            const auto& counters = gateway.tunnel_counters(i);
            sealed += counters.sealed_packets.get();
            injected += counters.injected_packets.get();
            received += counters.delivered_packets.get() + counters.punted_packets.get();
            clamped += counters.mss_clamped.get();
        }
    }
    std::uint64_t dropped, sealed = 0, injected = 0, received = 0, clamped = 0;
};

bool begins_one_of(const Bytes& packet, const std::vector<Bytes>& wholes) {
    return std::ranges::any_of(wholes, [&](const Bytes& whole) {
        return packet.size() <= whole.size() && std::equal(packet.begin(), packet.end(), whole.begin());
    });
}

void read_messages(GatewayUnderTest& gateway) {
    while (const auto message = gateway.take_punted())
        control::peers::decode_hello(std::span(message->bytes).first(message->size));
}

/// Frames of one port, in bursts of what a burst holds.
void give_to_hub(World& world, const std::vector<Frame>& frames) {
    for (std::uint16_t port = 0; port < world.shape.paths; ++port) {
        std::vector<rte_mbuf*> burst;
        const auto hand_over = [&] {
            if (burst.empty()) return;
            const Sums before(world.hub);
            const std::size_t count = burst.size();
            {
                const Fenced fenced(burst);
                world.hub.mbufs_from_wan(port, burst);
            }
            const Sums after(world.hub);
            demand(count == after.received - before.received + after.dropped - before.dropped,
                   "every frame is delivered or dropped for a reason");
            burst.clear();
            read_messages(world.hub);
        };
        for (const Frame& frame : frames) {
            if (frame.port != port) continue;
            burst.push_back(world.hub.mbuf_of(frame.bytes));
            if (burst.size() == dataplane::packet::burst_capacity) hand_over();
        }
        hand_over();
    }
}

/// The edge's users send, its control does, and the hub gets all of it.
void send_from_edge(World& world, const Parts& parts) {
    const Sums before(world.edge);
    for (const Bytes& message : parts.messages) {
        const auto& tunnel = world.edge.tunnel();
        world.edge.inject(tunnel.slot, tunnel.paths[message[0] % tunnel.paths.size()].slot, message);
    }
    if (!parts.users.empty()) world.edge.from_inside(parts.users);
    const std::vector<Frame> sent = world.edge.take_sent();
    world.edge.take_delivered();  // ICMP errors
    const Sums after(world.edge);
    demand(world.edge.dropped(DropReason::no_memory) == 0, "buffers last for every copy");
    demand(parts.users.size() + after.injected - before.injected ==
               after.sealed - before.sealed + after.dropped - before.dropped,
           "every packet of the users is sealed or dropped for a reason");
    give_to_hub(world, sent);
    for (const Bytes& packet : world.hub.take_delivered())
        demand(after.clamped != before.clamped || begins_one_of(packet, parts.users),
               "what is delivered is what the far users sent", to_hex(packet));
}

void receive_at_hub(World& world, const Parts& parts) {
    give_to_hub(world, parts.frames);
    for (const Bytes& packet : world.hub.take_delivered())
        demand(parts.marks_congestion ? !parts.sealed.empty() : begins_one_of(packet, parts.sealed),
               "only what the peer sealed is delivered", to_hex(packet));
}

Bytes part(Kind kind, const Bytes& bytes, std::uint8_t options = 0, std::uint8_t path = 0) {
    return joined({Bytes{kind, options, path}, be16(static_cast<std::uint16_t>(bytes.size())), bytes});
}

/// Packets with something to read in them.
std::vector<Bytes> telling_packets() {
    IpFields v6 = v6_fields(), marked;
    v6.traffic_class = 0xb8;
    marked.traffic_class = 0xba;
    const Bytes mss = from_hex("020405b4"), options = from_hex("010303070402080a0000000100000000");
    std::vector<Bytes> all{
        packet_of_size(IpFields{}, 100, 1),
        packet_of_size(marked, 60, 2),
        packet_of_size(v6, 120, 3),
        packet_of_size(IpFields{}, 1500, 4),
        packet_of_size(v6, 1500, 5),
        tcp_packet(IpFields{}, 0x02, joined({mss, options})),
        tcp_packet(v6, 0x02, joined({from_hex("01"), mss, options})),
        tcp_segment(Segment{}, pattern(20, 1)),
        ip_packet(IpFields{}, {}),
        with_extension_headers(packet_of_size(v6, 100, 6), {{hop_by_hop}, {routing, 24}}),
        with_extension_headers(packet_of_size(v6, 100, 7), {{destination_options, 16}, {fragment_header, 8, 0x0009}}),
        with_extension_headers(tcp_packet(v6, 0x02, mss), std::vector<ExtensionHeader>(7, {routing}))};
    // Of a router behind the peer, about a packet to the peer: from the hub's side that is one the edge's users sent.
    IpFields router;
    router.source = "198.18.7.7";
    IpFields back;
    std::swap(back.source, back.destination);
    all.push_back(icmp_error(router, 3, packet_of_size(back, 60, 8)));
    IpFields router6 = v6_fields(), back6 = v6_fields();
    router6.source = "2001:db8:77::1";
    std::swap(back6.source, back6.destination);
    all.push_back(icmp_error(router6, 2, packet_of_size(back6, 80, 9)));
    Bytes with_ip_options = packet_of_size(IpFields{}, 80, 10);
    with_ip_options[0] = 0x48;
    all.push_back(with_ip_options);
    return all;
}

Bytes hello() {
    const auto bytes = control::peers::encode({.version = {1, 2, 3}, .gateway = "edge", .life_uuid = {}, .shards = 2});
    return {bytes.begin(), bytes.end()};
}

}  // namespace

InputForm input_form() {
    return InputForm::bytes;
}

std::vector<Bytes> built_seeds() {
    std::vector<Bytes> seeds;
    for (std::uint8_t number = 0; number < shapes().size(); ++number) {
        const GatewayShape& shape = shapes()[number];
        const Bytes copy = pipeline::forged_copy_header(shape, 1, 9);
        const Bytes right_spi = be32(pipeline::static_keys("edge", "hub").tx_spi);
        const Bytes esp = joined({right_spi, be32(5), be64(5), pattern(52, 1)});
        const Bytes frame = pipeline::forged_frame(shape, 1, joined({copy, esp})).bytes;
        Bytes padded = frame;
        padded.resize(frame.size() + 20);
        Bytes many{number};
        for (const Bytes& packet : telling_packets()) {
            for (const Kind kind : {peer_packet, user_packet, user_packet_for_peer})
                seeds.push_back(joined({Bytes{number}, part(kind, packet, version_of(packet) == 6 ? from_v6 : 0)}));
            many = joined({many, part(peer_packet, packet, twice), part(user_packet, packet)});
        }
        seeds.push_back(many);
        seeds.push_back(joined({Bytes{number}, part(stranger_frame, frame), part(stranger_frame, padded)}));
        // Frames like one that was accepted just before.
        seeds.push_back(
            joined({Bytes{number}, part(peer_packet, telling_packets().front()), part(stranger_frame, frame),
                    part(stranger_frame, frame), part(peer_packet, telling_packets()[2])}));
        seeds.push_back(joined({Bytes{number}, part(stranger_udp, joined({copy, esp})), part(stranger_udp, Bytes(4)),
                                part(stranger_udp, Bytes{0xff}), part(stranger_udp, joined({copy, esp}), next_shard)}));
        seeds.push_back(joined({Bytes{number}, part(stranger_esp, joined({be32(5), be64(5), pattern(40, 2)}))}));
        const Bytes plain = with_trailer(telling_packets().front(), 4);
        seeds.push_back(joined({Bytes{number}, part(peer_plaintext, plain, 0xc0), part(peer_plaintext, plain, 0x40),
                                part(peer_plaintext, with_trailer({}, 59)), part(peer_plaintext, Bytes{1, 2, 2, 4})}));
        seeds.push_back(joined({Bytes{number}, part(peer_message, hello()), part(injected_message, hello()),
                                part(peer_message, hello(), replayed)}));
    }
    return seeds;
}

}  // namespace ropewalk::tests::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ropewalk::tests::fuzz;
    static std::uint64_t inputs = 0;
    PacketMemory& memory = PacketMemory::of_this_program();
    GTEST_FLAG_SET(break_on_failure, true);

    InputReader in({data, size});
    World& world = world_of(in.u8());
    world.edge.registry().renew_leases();
    Parts parts;
    for (std::size_t i = 0; i < most_parts && !in.is_done(); ++i) read_part(world, in, parts);
    for (const auto* packets : {&parts.users, &parts.sealed})
        for (const auto& packet : *packets) look_into(packet, world.edge);

    world.edge.context().now_ns += turn_ns;
    world.hub.context().now_ns += turn_ns;
    send_from_edge(world, parts);
    receive_at_hub(world, parts);
    demand(memory.in_use() == 0, "every packet is given back");
    if (inputs++ % all_books_every == 0)
        for (auto* gateway : {&world.edge, &world.hub}) gateway->expect_every_packet_accounted_for();
    return 0;
}
