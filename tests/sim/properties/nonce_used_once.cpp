#include "tests/sim/properties/nonce_used_once.hpp"

#include <fmt/format.h>

namespace ropewalk::tests::sim::properties {

void NonceUsedOnce::on_sealed(Side from, const Ledger::Noted& noted) {
    if (noted.digest != noted.sealed->digest)
        violate(fmt::format("{} sealed two packets under sequence {}", name_of(from), noted.sequence));
    if (!noted.sealed->authentic)
        violate(fmt::format("what {} sent as sequence {} does not open with its key", name_of(from), noted.sequence));
}

}  // namespace ropewalk::tests::sim::properties
