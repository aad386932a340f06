// Joining and cutting: what is cut from what was joined is what went in; what the kernel says of a packet is believed
// only as far as the packet bears it out.
#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/driver.hpp"
#include "tests/fuzz/input_reader.hpp"
#include "tests/packets/coalesced.hpp"
#include "tests/packets/internet_checksum.hpp"
#include "tests/packets/super_packets.hpp"

namespace ropewalk::tests::fuzz {
namespace {

using namespace packets;
using dataplane::eal::Coalescer;
using dataplane::eal::complete_checksum;
using dataplane::eal::SegmentChecksum;
using dataplane::eal::SuperPacket;

enum Kind : std::uint8_t { join_inside, join_copies, cut, kinds };

constexpr std::uint16_t ethernet = 14, largest_payload = 1428;
constexpr Coalescer::Rules inside{0, true, true, false, 64}, copies{ethernet, false, true, true, 64};
constexpr std::size_t most_packets = Coalescer::most_packets;

/// Bits of the first byte of a packet's description; below them is the number of its flow.
constexpr std::uint8_t is_udp = 0x04, is_v6 = 0x08, may_be_fragmented = 0x10, is_bare = 0x20, is_damaged = 0x40,
                       is_raw = 0x80, flow_mask = 0x03;

/// Packets of a few flows, each a step from the one before, some of them damaged, some no packets at all.
class Flows {
public:
    Bytes next(InputReader& in) {
        const std::uint8_t what = in.u8();
        if ((what & is_raw) != 0) {
            Bytes raw = in.bytes(in.u16() % 256U);
            if (raw.empty()) raw.push_back(0x45);
            return raw;
        }
        Segment& flow = flows_[what & (flow_mask | is_udp | is_v6)];
        flow.is_v6 = (what & is_v6) != 0;
        flow.source_port = static_cast<std::uint16_t>(4000 + (what & flow_mask));
        flow.dont_fragment = (what & may_be_fragmented) == 0;
        const std::uint16_t size = in.u16() % (largest_payload + 1);
        flow.flags = in.u8();
        flow.traffic_class = in.u8();
        const std::uint8_t step = in.u8();
        flow.sequence += step;
        const Bytes payload = pattern(size, ++made_);
        const bool udp = (what & is_udp) != 0;
        Bytes packet = udp ? udp_segment(flow, payload) : tcp_segment(flow, payload);
        if (udp && (what & is_bare) != 0) set_be16(packet, (flow.is_v6 ? 40 : 20) + 6, 0);
        if ((what & is_damaged) != 0) {
            const std::uint16_t at = in.u16() % packet.size();
            packet[at] ^= in.u8();
        }
        flow.sequence += size;
        ++flow.identification;
        return packet;
    }

private:
    std::map<unsigned, Segment> flows_;
    std::uint64_t made_ = 0;
};

/// The number of a packet that may not be fragmented means nothing (RFC 6864 section 4): joining may give another.
Bytes without_number(Bytes packet) {
    const bool has_number = packet.size() >= 20 && packet[0] == 0x45 && (packet[6] & 0x40) != 0;
    if (!has_number || internet_checksum(std::span(packet).first(20)) != 0) return packet;
    set_be16(packet, 4, 0);
    set_be16(packet, 10, 0);
    set_be16(packet, 10, internet_checksum(std::span(packet).first(20)));
    return packet;
}

Bytes without_udp_checksum(Bytes packet) {
    set_be16(packet, (packet[0] >> 4 == 6 ? 40 : 20) + 6, 0);
    return packet;
}

using Flowing = std::map<std::string, std::vector<Bytes>>;

void demand_the_same(std::vector<Bytes> before, std::vector<Bytes> after, auto comparable) {
    for (auto* packets : {&before, &after})
        for (Bytes& packet : *packets) packet = comparable(packet);
    const Flowing in = by_flow(before), out = by_flow(after);
    if (in == out) return;
    std::string found;
    for (const auto& [flow, packets] : in) {
        const auto other = out.find(flow);
        if (other != out.end() && other->second == packets) continue;
        for (const Bytes& packet : packets) found += "\n went in   " + to_hex(packet);
        if (other != out.end())
            for (const Bytes& packet : other->second) found += "\n came out  " + to_hex(packet);
        break;
    }
    demand(false, "what is cut from what was joined is what went in", found);
}

void join_for_inside(InputReader& in) {
    Flows flows;
    std::vector<Bytes> packets;
    while (!in.is_done() && packets.size() < most_packets) packets.push_back(flows.next(in));
    const std::vector<SuperOf> supers = coalesced(packets, inside);
    for (const SuperOf& super : supers)
        demand(super.bytes.size() <= dataplane::eal::largest_super_packet, "what is joined has a length");
    demand_the_same(packets, cut_again(supers), without_number);
}

/// Copies are ours: their headers are right, whatever stands in them. Those of a flow have one Ethernet header.
void join_for_wan(InputReader& in) {
    Flows flows;
    std::vector<Bytes> packets, frames;
    while (!in.is_done() && packets.size() < most_packets) {
        Bytes description = in.bytes(6);
        description.resize(6);
        description[0] = static_cast<std::uint8_t>((description[0] | is_udp) & ~(is_raw | is_damaged));
        InputReader one(description);
        packets.push_back(flows.next(one));
        frames.push_back(joined({pattern(ethernet, description[0] & 1U), packets.back()}));
    }
    std::vector<Bytes> cut_frames = cut_again(coalesced(frames, copies), ethernet, SegmentChecksum::left_out);
    for (Bytes& frame : cut_frames) frame.erase(frame.begin(), frame.begin() + ethernet);
    demand_the_same(packets, cut_frames, [](Bytes packet) { return without_number(without_udp_checksum(packet)); });
}

/// Whether the checksum of a segment lies where judging it is easy: behind an IP header without more to it.
bool is_plain(const OffloadHeader& header, std::span<const std::uint8_t> ip, std::uint16_t ip_at) {
    const bool is_tcp = (header.gso_type & ~OffloadHeader::with_ecn) != OffloadHeader::udp_datagrams;
    const bool v4 = ip[0] == 0x45;
    if (!v4 && ip[0] >> 4 != 6) return false;
    const bool is_told = (header.flags & OffloadHeader::checksum_is_partial) != 0;
    return ip[v4 ? 9 : 6] == (is_tcp ? 6 : 17) && (!is_told || header.csum_start == ip_at + (v4 ? 20 : 40));
}

void cut_all(SuperPacket super, const OffloadHeader& header, const Bytes& packet, std::uint16_t ip_at,
             std::uint16_t largest, SegmentChecksum checksum) {
    std::vector<Bytes> segments;
    std::size_t sum = 0;
    while (!super.is_done()) {
        Bytes segment(largest);
        const std::uint16_t size = super.cut(segment.data(), checksum);
        demand(size <= largest, "no segment exceeds its room");
        segment.resize(size);
        sum += size;
        segments.push_back(std::move(segment));
        demand(segments.size() <= packet.size(), "every segment has payload");
    }
    demand(!segments.empty(), "what can be cut has a segment");
    const std::size_t more = segments.size() - 1;
    const std::size_t headers = more == 0 ? 0 : (sum - packet.size()) / more;
    demand(sum == packet.size() + more * headers, "all segments have the same headers");
    Bytes payload(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(headers));
    for (const Bytes& segment : segments) {
        payload.insert(payload.end(), segment.begin() + static_cast<std::ptrdiff_t>(headers), segment.end());
        const auto ip = std::span(segment).subspan(ip_at);
        if (checksum == SegmentChecksum::left_out || !is_plain(header, ip, ip_at)) continue;
        demand(ip_checksum_is_right(ip), "a segment's IP checksum is right", to_hex(segment));
        demand(transport_checksum_is_right(ip), "a segment's checksum is right", to_hex(segment));
    }
    if (headers != 0)
        demand(std::equal(payload.begin() + static_cast<std::ptrdiff_t>(headers), payload.end(),
                          packet.begin() + static_cast<std::ptrdiff_t>(headers), packet.end()),
               "segments hold the payload, all of it, in order");
}

void cut_hostile(InputReader& in) {
    OffloadHeader header{};
    header.flags = in.u8();
    header.gso_type = in.u8();
    header.hdr_len = in.u16();
    header.gso_size = in.u16();
    header.csum_start = in.u16();
    header.csum_offset = in.u16();
    const std::uint16_t ip_at = in.u8() % 2 == 0 ? 0 : ethernet;
    const auto largest = static_cast<std::uint16_t>(64 + in.u16() % 9344U);
    const Bytes rest = in.rest();
    const Bytes packet(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                                                        rest.size(), dataplane::eal::largest_super_packet)));
    for (const SegmentChecksum checksum : {SegmentChecksum::computed, SegmentChecksum::left_out})
        if (const auto super = SuperPacket::read(header, packet, ip_at, largest))
            cut_all(*super, header, packet, ip_at, largest, checksum);

    Bytes completed = packet;
    const std::size_t field = std::size_t{header.csum_start} + header.csum_offset;
    const bool done = complete_checksum(header, completed);
    if (done && (header.flags & OffloadHeader::checksum_is_partial) != 0)
        for (std::size_t i = field; i < field + 2; ++i) completed.at(i) = packet[i];
    demand(completed == packet, "completing a checksum changes nothing else");
}

Bytes description(std::uint8_t what, std::size_t size, std::uint8_t flags = 0x10) {
    return joined({Bytes{what}, be16(static_cast<std::uint16_t>(size)), Bytes{flags, 0, 0}});
}

Bytes to_cut(const SuperOf& super, std::uint16_t largest) {
    const OffloadHeader& header = super.header;
    return joined({Bytes{cut, header.flags, header.gso_type}, be16(header.hdr_len), be16(header.gso_size),
                   be16(header.csum_start), be16(header.csum_offset), Bytes{0},
                   be16(static_cast<std::uint16_t>(largest - 64)), super.bytes});
}

}  // namespace

InputForm input_form() {
    return InputForm::bytes;
}

std::vector<Bytes> built_seeds() {
    std::vector<Bytes> seeds;
    for (const std::uint8_t kind : {join_inside, join_copies})
        for (const std::uint8_t flow : {std::uint8_t{0}, is_udp, is_v6, std::uint8_t(is_udp | is_v6), may_be_fragmented,
                                        std::uint8_t(is_udp | may_be_fragmented)}) {
            Bytes burst{kind};
            for (const std::size_t size : {700, 700, 700, 20, 700, 700, 700})
                burst = joined({burst, description(flow, size, size == 20 ? 0x18 : 0x10), description(flow + 1, 100)});
            seeds.push_back(burst);
        }
    // As many as fill a length.
    Bytes long_burst{join_inside};
    for (unsigned i = 0; i < 60; ++i) long_burst = joined({long_burst, description(0, largest_payload)});
    seeds.push_back(long_burst);
    for (const bool v6 : {false, true}) {
        seeds.push_back(to_cut(super_tcp(v6, 0x18, pattern(1000, 1), 300), 2048));
        seeds.push_back(to_cut(super_udp(v6, pattern(500, 1), 100), 2048));
        seeds.push_back(to_cut(super_udp(v6, pattern(100, 1), 100), 1500));
        seeds.push_back(to_cut(super_tcp(v6, 0x10, pattern(64, 1), 1), 1500));
    }
    // A raw packet between two of a flow.
    seeds.push_back(joined({Bytes{join_inside}, description(0, 500), Bytes{is_raw}, be16(40),
                            tcp_segment(Segment{}, pattern(8, 1)), description(0, 500)}));
    return seeds;
}

}  // namespace ropewalk::tests::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ropewalk::tests::fuzz;
    InputReader in({data, size});
    switch (in.u8() % kinds) {
        case join_inside:
            join_for_inside(in);
            break;
        case join_copies:
            join_for_wan(in);
            break;
        default:
            cut_hostile(in);
    }
    return 0;
}
