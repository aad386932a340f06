#include "tests/sim/tunnel_keys.hpp"

#include <array>
#include <string>

#include "tests/pipeline/static_keys.hpp"

namespace ropewalk::tests::sim {
namespace {

using KeySets = std::array<config::snapshot::TunnelKeys, key_sets>;

KeySets sets_of(Side side) {
    KeySets sets;
    for (unsigned number = 0; number < key_sets; ++number) {
        const std::string secret = std::to_string(number);
        sets[number] = pipeline::static_keys(name_of(side) + secret, name_of(other(side)) + secret);
    }
    return sets;
}

}  // namespace

const config::snapshot::TunnelKeys& keys_of(Side side, unsigned number) {
    static const std::array<KeySets, side_count> all = {sets_of(Side::edge), sets_of(Side::hub)};
    return all[index_of(side)].at(number);
}

}  // namespace ropewalk::tests::sim
