#pragma once

#include "tests/sim/properties/property.hpp"

namespace ropewalk::tests::sim::properties {

/// 4. In duplicate mode nothing is lost that at least one path carried within the window.
class CarriedIsDelivered : public Property {
public:
    std::string_view name() const override { return "carried_is_delivered"; }
    void on_turn(const Turn& turn) override;
};

}  // namespace ropewalk::tests::sim::properties
