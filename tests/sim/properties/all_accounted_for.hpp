#pragma once

#include <array>
#include <cstdint>

#include "tests/sim/properties/property.hpp"

namespace ropewalk::tests::sim::properties {

/// 5, first half. Conservation of packets: what ports gave = what they took + drops by named reason, for every stage
/// (the equations of config/region/drop_reasons.hpp), counters against what the ports really saw. A process that is
/// killed in a turn takes that turn's packets with it, so each equation keeps the difference it had at that moment.
class AllAccountedFor : public Property {
public:
    std::string_view name() const override { return "all_accounted_for"; }
    void on_turn(const Turn& turn) override;
    void on_memory_lost(Side side) override { books_[index_of(side)] = {}; }

private:
    static constexpr std::size_t equations = 6;
    struct Books {
        std::uint64_t inside_in = 0, inside_out = 0, wan_in = 0, wan_out = 0, wan_refused = 0;
        std::array<std::int64_t, equations> difference{};
    };

    std::array<Books, side_count> books_;
};

}  // namespace ropewalk::tests::sim::properties
