#pragma once

#include <array>
#include <unordered_set>

#include "tests/sim/properties/property.hpp"

namespace ropewalk::tests::sim::properties {

/// 6. A damaged or forged copy that comes first, in the same burst or long before, never takes the good one's place.
class HurtBeforeGood : public Property {
public:
    std::string_view name() const override { return "hurt_before_good"; }
    void on_turn(const Turn& turn) override;
    void on_dataplane_ended(Side side, const Machine&) override { hurt_[index_of(side)] = {}; }

private:
    /// Numbers by keys, in this life of the receiver.
    std::array<std::array<std::unordered_set<std::uint64_t>, key_sets>, side_count> hurt_;
};

}  // namespace ropewalk::tests::sim::properties
