#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

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

    /// What rides on the packet to the next place where it is looked at: one of the types of hop_data.hpp. Lies where a
    /// port leaves the hash of a frame it received, which ports do not read on transmission, in the mbuf's first cache
    /// line.
    template <class HopData>
    void carry(const HopData& data) {
        static_assert(sizeof(HopData) == sizeof(mbuf_.hash) && std::is_trivially_copyable_v<HopData>);
        std::memcpy(&mbuf_.hash, &data, sizeof data);
    }
    template <class HopData>
    HopData carried() const {
        static_assert(sizeof(HopData) == sizeof(mbuf_.hash) && std::is_trivially_copyable_v<HopData>);
        HopData data;
        std::memcpy(&data, &mbuf_.hash, sizeof data);
        return data;
    }

    void free() { rte_pktmbuf_free(&mbuf_); }

private:
    rte_mbuf mbuf_;
};

static_assert(sizeof(Packet) == sizeof(rte_mbuf));

}  // namespace ropewalk::dataplane::packet
