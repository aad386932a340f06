#include "config/region/forgotten.hpp"

#include <string.h>

#include "config/region/records.hpp"
#include "config/region/verify.hpp"

namespace ropewalk::config::region {
namespace {

template <std::size_t N>
void wipe(std::array<std::uint8_t, N>& bytes) {
    ::explicit_bzero(bytes.data(), N);
}

}  // namespace

void forget_keys(std::span<std::uint8_t> snapshot) {
    auto& header = *reinterpret_cast<SnapshotHeader*>(snapshot.data());
    const std::span tunnels(reinterpret_cast<TunnelRecord*>(snapshot.data() + header.tunnels.offset),
                            header.tunnels.count);
    for (TunnelRecord& tunnel : tunnels) {
        wipe(tunnel.tx_key);
        wipe(tunnel.rx_key);
        wipe(tunnel.tx_salt);
        wipe(tunnel.rx_salt);
        // What has the right magic again is a snapshot like any other, which has two keys.
        tunnel.tx_key.front() = 1;
        tunnel.rx_key.front() = 2;
    }
    header.checksum = checksum_of(snapshot);
    header.magic = forgotten_magic;
}

}  // namespace ropewalk::config::region
