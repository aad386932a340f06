#include "tests/lab/wanem/damage.hpp"

#include "tests/lab/wanem/random_stream.hpp"
#include "tests/lab/wanem/udp_frame.hpp"

namespace ropewalk::tests::lab::wanem {
namespace {

bool flip_a_bit(std::span<std::uint8_t> bytes, std::uint64_t number) {
    if (bytes.empty()) return false;
    const std::uint64_t bit = RandomStream::scaled(number, bytes.size() * 8);
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    return true;
}

}  // namespace

bool damage(std::span<std::uint8_t> frame, std::uint64_t number, LinkSettings::DamagedChecksum checksum) {
    if (auto udp = UdpFrame::in(frame)) {
        const bool damaged = flip_a_bit(udp->payload(), number);
        if (checksum == LinkSettings::DamagedChecksum::fixed) udp->fix_checksum();
        return damaged;
    }
    const std::optional<IpFrame> place = read_ip_frame(frame);
    return place && flip_a_bit(frame.subspan(place->transport_at, place->end - place->transport_at), number);
}

}  // namespace ropewalk::tests::lab::wanem
