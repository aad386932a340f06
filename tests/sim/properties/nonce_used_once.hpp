#pragma once

#include "tests/sim/properties/property.hpp"

namespace ropewalk::tests::sim::properties {

/// 3. No (key, nonce) seals two different plaintexts. A direction has one key for good, and the nonce is the sequence
/// number: all that leaves under one number must be the same bytes, and open with that key.
class NonceUsedOnce : public Property {
public:
    std::string_view name() const override { return "nonce_used_once"; }
    void on_sealed(Side from, const Ledger::Noted& noted) override;
};

}  // namespace ropewalk::tests::sim::properties
