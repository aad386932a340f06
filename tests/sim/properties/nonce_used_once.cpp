#include "tests/sim/properties/nonce_used_once.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ropewalk::tests::sim::properties {

void NonceUsedOnce::on_sealed(const Frame& frame, const Ledger::Noted& noted, const Machine&) {
    const Side from = frame.from;
    if (noted.digest != noted.sealed->digest)
        violate(fmt::format("{} sealed two packets under sequence {}", name_of(from), noted.sequence));
    if (!noted.sealed->authentic)
        violate(fmt::format("what {} sent as sequence {} does not open with its key", name_of(from), noted.sequence));
    Numbers& numbers = numbers_[index_of(from)][noted.keys];
    if (noted.sequence <= numbers.newest_earlier)
        violate(fmt::format("{} used sequence {}, which is not above {} of its life before", name_of(from),
                            noted.sequence, numbers.newest_earlier));
    numbers.newest = std::max(numbers.newest, noted.sequence);
}

void NonceUsedOnce::on_dataplane_ended(Side side, const Machine&) {
    for (Numbers& numbers : numbers_[index_of(side)]) numbers = {0, std::max(numbers.newest, numbers.newest_earlier)};
}

}  // namespace ropewalk::tests::sim::properties
