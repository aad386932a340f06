#pragma once

#include <array>
#include <cstdint>

#include "tests/sim/properties/property.hpp"

namespace ropewalk::tests::sim::properties {

/// 11. A gateway sends only to UDP ports that the peer announced under the keys it seals with, in a hello that came to
/// its worker; until then to the first one, which every peer has.
class SentWhereAnnounced : public Property {
public:
    std::string_view name() const override { return "sent_where_announced"; }
    void on_sealed(const Frame& frame, const Ledger::Noted& noted, const Machine&) override;
    void on_turn(const Turn& turn) override;
    /// What was heard went with the memory.
    void on_memory_lost(Side side) override { announced_[index_of(side)] = {}; }

private:
    /// Most ports of its peer that a side heard of, by keys.
    std::array<std::array<std::uint8_t, key_sets>, side_count> announced_{};
};

}  // namespace ropewalk::tests::sim::properties
