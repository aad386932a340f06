#pragma once

#include <cstdint>
#include <vector>

#include "dataplane/packet/packet.hpp"
#include "dataplane/stages/egress.hpp"
#include "tests/packets/bytes.hpp"

namespace ropewalk::tests::pipeline {

/// A copy as it left a gateway.
struct Frame {
    std::uint16_t port;
    packets::Bytes bytes;
};

/// Keeps what a pipeline sends until the test takes it, in the order of sending over all ports.
class CollectingEgress {
public:
    CollectingEgress() = default;
    CollectingEgress(const CollectingEgress&) = delete;
    CollectingEgress& operator=(const CollectingEgress&) = delete;
    ~CollectingEgress() {
        take_wan();
        take_inside();
    }

    void to_wan(std::uint16_t port, dataplane::packet::Packet* packet) {
        wan_.push_back({port, packet});
        ++wan_packets_;
    }
    void to_inside(dataplane::packet::Packet* packet) {
        inside_.push_back(packet);
        ++inside_packets_;
    }

    std::vector<Frame> take_wan() {
        std::vector<Frame> frames;
        for (const auto& [port, packet] : wan_) frames.push_back({port, bytes_of(packet)});
        wan_.clear();
        return frames;
    }
    std::vector<packets::Bytes> take_inside() {
        std::vector<packets::Bytes> packets;
        for (dataplane::packet::Packet* packet : inside_) packets.push_back(bytes_of(packet));
        inside_.clear();
        return packets;
    }

    /// Over its whole life.
    std::uint64_t wan_packets() const { return wan_packets_; }
    std::uint64_t inside_packets() const { return inside_packets_; }

private:
    struct Sent {
        std::uint16_t port;
        dataplane::packet::Packet* packet;
    };

    static packets::Bytes bytes_of(dataplane::packet::Packet* packet) {
        packets::Bytes bytes(packet->data(), packet->data() + packet->size());
        packet->free();
        return bytes;
    }

    std::vector<Sent> wan_;
    std::vector<dataplane::packet::Packet*> inside_;
    std::uint64_t wan_packets_ = 0, inside_packets_ = 0;
};

static_assert(dataplane::stages::Egress<CollectingEgress>);

}  // namespace ropewalk::tests::pipeline
