#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>

#include "tests/sim/properties/property.hpp"

namespace ropewalk::tests::sim::properties {

/// 13. Health is acted on, with control alive or dead: a packet of the users goes by some path that was heard not long
/// ago, as long as there is one; and none is dropped for want of a path while one could carry it.
class NotIntoSilence : public Property {
public:
    std::string_view name() const override { return "not_into_silence"; }
    void on_sealed(const Frame& frame, const Ledger::Noted& noted, const Machine& from) override;
    void on_turn(const Turn& turn) override;
    void on_dataplane_ended(Side side, const Machine& machine) override;

private:
    void judge_drops(const Turn& turn);

    std::array<std::map<std::uint64_t, std::uint32_t>, side_count> sent_;  ///< paths by number, of this turn
    std::array<std::optional<Time>, side_count> began_;  ///< first turn of the dataplane: before it nobody listened
    std::array<std::uint64_t, side_count> dropped_{};    ///< as no_path, up to now
    std::array<std::uint64_t, side_count> missed_{};     ///< copies not made or not taken, up to now
};

}  // namespace ropewalk::tests::sim::properties
