#pragma once

#include <deque>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "dataplane/eal/coalescer.hpp"
#include "dataplane/eal/super_packet.hpp"
#include "tests/packets/loose_packet.hpp"
#include "tests/packets/super_packets.hpp"

/// The program's joining and cutting, from bytes to bytes.
namespace ropewalk::tests::packets {

/// What the kernel would be given: a header and the bytes of each group.
inline std::vector<SuperOf> coalesced(const std::vector<Bytes>& packets,
                                      const dataplane::eal::Coalescer::Rules& rules) {
    std::deque<LoosePacket> loose;
    std::vector<dataplane::packet::Packet*> burst;
    for (const Bytes& bytes : packets) burst.push_back(&loose.emplace_back(bytes).packet());
    dataplane::eal::Coalescer coalescer(rules);
    std::vector<SuperOf> out;
    for (const auto& group : coalescer.plan(burst)) {
        const OffloadHeader header = coalescer.finish(group, burst);
        Bytes bytes = loose[group.first].bytes();
        for (std::uint16_t i = group.first; i != group.last;) {
            i = coalescer.next(i);
            const Bytes next = loose[i].bytes();
            bytes.insert(bytes.end(), next.begin() + group.headers, next.end());
        }
        out.push_back({header, bytes});
    }
    return out;
}

/// What comes of it when the kernel cuts it again; `largest` is that of a segment, headers included. Throws
/// std::runtime_error where it cannot be cut.
inline std::vector<Bytes> cut_again(
    const std::vector<SuperOf>& supers, std::uint16_t ip_at = 0,
    dataplane::eal::SegmentChecksum checksum = dataplane::eal::SegmentChecksum::computed,
    std::uint16_t largest = 2048) {
    std::vector<Bytes> packets;
    for (const SuperOf& super : supers) {
        if (super.header.gso_type == OffloadHeader::no_segments) {
            packets.push_back(super.bytes);
            continue;
        }
        auto cutting = dataplane::eal::SuperPacket::read(super.header, super.bytes, ip_at, largest);
        if (!cutting) throw std::runtime_error("what was joined cannot be cut");
        while (!cutting->is_done()) {
            Bytes segment(largest);
            segment.resize(cutting->cut(segment.data(), checksum));
            packets.push_back(segment);
        }
    }
    return packets;
}

/// The packets of each flow: protocol, addresses and ports, of which damage may have made others.
inline std::map<std::string, std::vector<Bytes>> by_flow(const std::vector<Bytes>& packets) {
    std::map<std::string, std::vector<Bytes>> flows;
    for (const Bytes& packet : packets) {
        const bool is_v6 = !packet.empty() && packet[0] >> 4 == 6;
        Bytes key;
        if (packet.size() >= (is_v6 ? 44U : 24U)) {
            key.assign(packet.begin() + (is_v6 ? 8 : 12), packet.begin() + (is_v6 ? 44 : 24));
            key.push_back(packet[is_v6 ? 6 : 9]);
        }
        flows[to_hex(key)].push_back(packet);
    }
    return flows;
}

}  // namespace ropewalk::tests::packets
