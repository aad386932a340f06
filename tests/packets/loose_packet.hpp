#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "dataplane/packet/packet.hpp"
#include "tests/packets/bytes.hpp"

namespace ropewalk::tests::packets {

/// A packet outside any pool, so that EAL is not needed: an mbuf over a buffer of exactly the bytes asked for, where
/// the address sanitizer sees every step beyond either end.
class LoosePacket {
public:
    struct Room {
        std::uint16_t head = 128;
        std::uint16_t tail = 0;
    };

    explicit LoosePacket(const Bytes& bytes) : LoosePacket(bytes, Room{}) {}
    LoosePacket(const Bytes& bytes, Room room) : buffer_(new std::uint8_t[room.head + bytes.size() + room.tail]) {
        std::copy(bytes.begin(), bytes.end(), buffer_.get() + room.head);
        mbuf_.buf_addr = buffer_.get();
        mbuf_.buf_len = static_cast<std::uint16_t>(room.head + bytes.size() + room.tail);
        mbuf_.data_off = room.head;
        mbuf_.nb_segs = 1;
        packet().set_size(static_cast<std::uint16_t>(bytes.size()));
    }

    dataplane::packet::Packet& packet() { return *dataplane::packet::Packet::from(&mbuf_); }
    Bytes bytes() { return {packet().data(), packet().data() + packet().size()}; }

private:
    rte_mbuf mbuf_{};
    std::unique_ptr<std::uint8_t[]> buffer_;
};

}  // namespace ropewalk::tests::packets
