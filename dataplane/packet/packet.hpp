#pragma once

#include <cstdint>
#include <cstring>

#include <rte_mbuf.h>

namespace ropewalk::dataplane::packet {

/// A packet on its way: an overlay on rte_mbuf with nothing added, so bursts of one are bursts of the other.
/// Always a single segment on the packet path.
class Packet {
public:
    static Packet* from(rte_mbuf* mbuf) { return reinterpret_cast<Packet*>(mbuf); }
    rte_mbuf* mbuf() { return &mbuf_; }

    std::uint8_t* data() { return rte_pktmbuf_mtod(&mbuf_, std::uint8_t*); }
    const std::uint8_t* data() const { return rte_pktmbuf_mtod(&mbuf_, const std::uint8_t*); }
    std::uint16_t size() const { return mbuf_.data_len; }
    std::uint16_t headroom() const { return mbuf_.data_off; }
    std::uint16_t tailroom() const {
        return static_cast<std::uint16_t>(mbuf_.buf_len - mbuf_.data_off - mbuf_.data_len);
    }
    bool is_single_segment() const { return mbuf_.nb_segs == 1; }

    template <class Header>
    Header* at(std::uint16_t offset) {
        return reinterpret_cast<Header*>(data() + offset);
    }
    template <class Header>
    const Header* at(std::uint16_t offset) const {
        return reinterpret_cast<const Header*>(data() + offset);
    }

    /// Moves the start by `bytes` towards the headroom; the caller knows that there is room.
    std::uint8_t* grow_front(std::uint16_t bytes) {
        mbuf_.data_off = static_cast<std::uint16_t>(mbuf_.data_off - bytes);
        set_size(static_cast<std::uint16_t>(mbuf_.data_len + bytes));
        return data();
    }
    void cut_front(std::uint16_t bytes) {
        mbuf_.data_off = static_cast<std::uint16_t>(mbuf_.data_off + bytes);
        set_size(static_cast<std::uint16_t>(mbuf_.data_len - bytes));
    }
    void set_size(std::uint16_t bytes) {
        mbuf_.data_len = bytes;
        mbuf_.pkt_len = bytes;
    }

    /// Counter slot of the path a copy is for; rides in a field that ports do not read on transmission.
    void set_path_slot(std::uint32_t slot) { mbuf_.hash.usr = slot; }
    std::uint32_t path_slot() const { return mbuf_.hash.usr; }

    /// Index of the WAN port a copy is for, while another worker is to send it.
    void set_wan_port(std::uint16_t port) { mbuf_.port = port; }
    std::uint16_t wan_port() const { return mbuf_.port; }

    /// Of a copy that goes on at another worker: counter slot of its path, which need not be known, and outer ECN.
    void set_arrival(std::uint32_t path_slot, std::uint8_t ecn) {
        mbuf_.hash.usr = (path_slot & path_slot_mask) | std::uint32_t{ecn} << 30;
    }
    std::uint32_t arrival_path() const {
        const std::uint32_t slot = mbuf_.hash.usr & path_slot_mask;
        return slot == path_slot_mask ? unknown_path_slot : slot;
    }
    std::uint8_t arrival_ecn() const { return static_cast<std::uint8_t>(mbuf_.hash.usr >> 30); }

    static constexpr std::uint32_t unknown_path_slot = 0xffffffff;

    void free() { rte_pktmbuf_free(&mbuf_); }

private:
    static constexpr std::uint32_t path_slot_mask = 0x3fffffff;

    rte_mbuf mbuf_;
};

static_assert(sizeof(Packet) == sizeof(rte_mbuf));

}  // namespace ropewalk::dataplane::packet
