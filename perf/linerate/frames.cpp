#include "perf/linerate/frames.hpp"

#include <cstring>

#include "dataplane/packet/checksum.hpp"
#include "dataplane/packet/headers.hpp"

namespace ropewalk::perf::linerate {

using namespace dataplane::packet;

namespace {

constexpr std::uint16_t first_source_port = 1024;
constexpr std::array<std::uint16_t, 2> destination_ports{5001, 5002};  ///< by direction
constexpr unsigned number_bits = 48;

/// Headers one behind the other.
class HeaderWriter {
public:
    explicit HeaderWriter(std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}

    template <class Header>
    void put(const Header& header) {
        std::memcpy(bytes_.data() + at_, &header, sizeof header);
        at_ += sizeof header;
    }

private:
    std::vector<std::uint8_t>& bytes_;
    std::size_t at_ = 0;
};

void put_ipv4(HeaderWriter& headers, Direction direction, std::uint16_t size) {
    Ipv4Header ip{};
    ip.version_ihl = 0x45;
    ip.total_length = size;
    ip.time_to_live = 64;
    ip.protocol = protocol_udp;
    ip.source = direction == Direction::forward ? 0xc6120001 : 0xc6130001;
    ip.destination = direction == Direction::forward ? 0xc6130001 : 0xc6120001;
    ip.checksum = Be16::from_raw(static_cast<std::uint16_t>(~sum_of(&ip, sizeof ip)));
    headers.put(ip);
}

void put_ipv6(HeaderWriter& headers, Direction direction, std::uint16_t size) {
    constexpr std::uint64_t near_site = 0x20010db8'00180000, far_site = 0x20010db8'00190000;
    Ipv6Header ip{};
    ip.version_class_label = 6U << 28;
    ip.payload_length = static_cast<std::uint16_t>(size - sizeof ip);
    ip.next_header = protocol_udp;
    ip.hop_limit = 64;
    ip.source_high = direction == Direction::forward ? near_site : far_site;
    ip.destination_high = direction == Direction::forward ? far_site : near_site;
    ip.source_low = ip.destination_low = 1;
    headers.put(ip);
}

std::uint16_t ip_header_bytes(Family family) {
    return family == Family::ipv4 ? sizeof(Ipv4Header) : sizeof(Ipv6Header);
}

std::vector<std::uint8_t> headers_of(const FrameShape& shape, std::uint16_t packet_bytes, std::uint16_t header_bytes) {
    std::vector<std::uint8_t> bytes(header_bytes);
    HeaderWriter headers(bytes);
    if (shape.ethernet) {
        EthernetHeader ethernet{shape.ethernet->destination, shape.ethernet->source, {}};
        ethernet.ether_type = shape.family == Family::ipv4 ? ether_type_ipv4 : ether_type_ipv6;
        headers.put(ethernet);
    }
    (shape.family == Family::ipv4 ? put_ipv4 : put_ipv6)(headers, shape.direction, packet_bytes);
    UdpHeader udp{};
    udp.destination_port = destination_ports[static_cast<std::size_t>(shape.direction)];
    udp.length = static_cast<std::uint16_t>(packet_bytes - ip_header_bytes(shape.family));
    headers.put(udp);
    return bytes;
}

}  // namespace

std::uint16_t Frames::smallest(Family family) {
    return static_cast<std::uint16_t>(ip_header_bytes(family) + sizeof(UdpHeader) + sizeof(Tag));
}

Frames::Frames(const FrameShape& shape)
    : shape_(shape),
      ip_at_(shape.ethernet ? sizeof(EthernetHeader) : 0),
      udp_at_(static_cast<std::uint16_t>(ip_at_ + ip_header_bytes(shape.family))),
      tag_at_(static_cast<std::uint16_t>(udp_at_ + sizeof(UdpHeader))) {
    for (const std::uint16_t size : shape.mix.sizes) headers_.push_back(headers_of(shape, size, tag_at_));
}

void Frames::write(rte_mbuf* mbuf, std::uint16_t trial, Stamp stamp) const {
    const std::size_t kind = stamp.number % headers_.size();
    auto* const data = rte_pktmbuf_mtod(mbuf, std::uint8_t*);
    std::memcpy(data, headers_[kind].data(), tag_at_);
    reinterpret_cast<UdpHeader*>(data + udp_at_)->source_port =
        static_cast<std::uint16_t>(first_source_port + flow_of(stamp.number));
    const Tag tag{static_cast<std::uint64_t>(trial) << number_bits | stamp.number, stamp.sent};
    std::memcpy(data + tag_at_, &tag, sizeof tag);
    mbuf->data_len = static_cast<std::uint16_t>(ip_at_ + shape_.mix.sizes[kind]);
    mbuf->pkt_len = mbuf->data_len;
}

std::optional<Stamp> Frames::read(const rte_mbuf* mbuf, std::uint16_t trial) const {
    if (mbuf->data_len < tag_at_ + sizeof(Tag)) return std::nullopt;
    const auto* const data = rte_pktmbuf_mtod(mbuf, const std::uint8_t*);
    // What does not change from packet to packet.
    const auto* const udp = reinterpret_cast<const UdpHeader*>(data + udp_at_);
    if (data[ip_at_] != headers_.front()[ip_at_] ||
        udp->destination_port.host() != destination_ports[static_cast<std::size_t>(shape_.direction)])
        return std::nullopt;
    Tag tag;
    std::memcpy(&tag, data + tag_at_, sizeof tag);
    if (tag.trial_and_number >> number_bits != trial) return std::nullopt;
    return Stamp{tag.trial_and_number & ((1ULL << number_bits) - 1), tag.sent};
}

}  // namespace ropewalk::perf::linerate
