#include "tests/pipeline/static_keys.hpp"

#include <algorithm>
#include <numeric>

#include "tests/packets/bytes.hpp"

namespace ropewalk::tests::pipeline {
namespace {

struct Direction {
    packets::Bytes key, salt;
    std::uint64_t id;
    std::uint32_t spi;
};

Direction direction(const std::string& from, const std::string& to) {
    const std::string text = from + ">" + to;
    const std::uint64_t seed = std::accumulate(text.begin(), text.end(), std::uint64_t{7},
                                               [](std::uint64_t sum, char c) { return sum * 131 + std::uint64_t(c); });
    return {packets::pattern(32, seed), packets::pattern(4, seed + 1), seed,
            static_cast<std::uint32_t>(seed % 0x7fff'ffff) | 0x100};
}

}  // namespace

config::snapshot::TunnelKeys static_keys(const std::string& ours, const std::string& peer) {
    const Direction tx = direction(ours, peer), rx = direction(peer, ours);
    config::snapshot::TunnelKeys keys{.tx_key_id = tx.id, .rx_key_id = rx.id, .tx_spi = tx.spi, .rx_spi = rx.spi};
    std::copy(tx.key.begin(), tx.key.end(), keys.tx_key.begin());
    std::copy(rx.key.begin(), rx.key.end(), keys.rx_key.begin());
    std::copy(tx.salt.begin(), tx.salt.end(), keys.tx_salt.begin());
    std::copy(rx.salt.begin(), rx.salt.end(), keys.rx_salt.begin());
    return keys;
}

}  // namespace ropewalk::tests::pipeline
