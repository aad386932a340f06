#pragma once

#include "tests/sim/properties/property.hpp"

namespace ropewalk::tests::sim::properties {

/// 12. What control ordered before a turn is followed in it: a copy leaves only on a path that may be used, to the next
/// hop that the path's cell names.
class SentAsOrdered : public Property {
public:
    std::string_view name() const override { return "sent_as_ordered"; }
    void on_sealed(const Frame& frame, const Ledger::Noted&, const Machine& from) override;
};

}  // namespace ropewalk::tests::sim::properties
