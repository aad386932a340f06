#pragma once

#include "tests/sim/properties/property.hpp"

namespace ropewalk::tests::sim::properties {

/// 3. No (key, nonce) seals two different plaintexts. The nonce is the sequence number: all that leaves under one
/// number and one key must be the same bytes, and open with that key. So that luck has no part in
/// it, a life must use numbers above all those of the lives before that had its key.
class NonceUsedOnce : public Property {
public:
    std::string_view name() const override { return "nonce_used_once"; }
    void on_sealed(const Frame& frame, const Ledger::Noted& noted, const Machine&) override;
    void on_dataplane_ended(Side side, const Machine&) override;

private:
    struct Numbers {
        std::uint64_t newest = 0, newest_earlier = 0;  ///< of this life, of those before
    };
    std::array<std::array<Numbers, key_sets>, side_count> numbers_;
};

}  // namespace ropewalk::tests::sim::properties
