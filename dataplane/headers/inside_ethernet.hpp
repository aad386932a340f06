#pragma once

#include <array>
#include <cstdint>

#include "dataplane/packet/headers.hpp"

namespace ropewalk::dataplane::headers {

/// An inside that is Ethernet with one router on it: what stands before IP packets there.
struct InsideEthernet {
    packet::EthernetHeader ipv4, ipv6;  ///< towards the users, from the port's address to their router's
    std::uint16_t mtu;                  ///< bytes, IP packet

    static InsideEthernet between(const std::array<std::uint8_t, 6>& port, const std::array<std::uint8_t, 6>& router,
                                  std::uint16_t mtu) {
        return {{router, port, packet::Be16(packet::ether_type_ipv4)},
                {router, port, packet::Be16(packet::ether_type_ipv6)},
                mtu};
    }
};

}  // namespace ropewalk::dataplane::headers
