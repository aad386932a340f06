#pragma once

#include <sys/uio.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include "dataplane/eal/offload_header.hpp"

namespace ropewalk::dataplane::eal {

/// Where a packet of many segments goes as far as it exceeds the mbuf it is read to. Single packets so need no copy.
class UncutBuffer {
public:
    /// Most bytes that may be read to the mbuf.
    static constexpr std::uint16_t most_in_front = 16'384;

    iovec rest() { return {bytes_.data() + most_in_front, bytes_.size() - most_in_front}; }

    /// The packet in one piece: `front` is copied to before what was read to rest(). `size` is that of both.
    std::span<const std::uint8_t> whole(std::span<const std::uint8_t> front, std::size_t size) {
        std::uint8_t* begin = bytes_.data() + most_in_front - front.size();
        std::memcpy(begin, front.data(), front.size());
        return {begin, size};
    }

private:
    std::array<std::uint8_t, most_in_front + largest_super_packet + 1> bytes_;
};

}  // namespace ropewalk::dataplane::eal
