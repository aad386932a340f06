#pragma once

#include "tests/sim/properties/property.hpp"

namespace ropewalk::tests::sim::properties {

/// 1. Nothing is delivered twice: over all copies, replays, restarts and lives.
class DeliveredOnce : public Property {
public:
    std::string_view name() const override { return "delivered_once"; }
    void on_turn(const Turn& turn) override;
};

}  // namespace ropewalk::tests::sim::properties
