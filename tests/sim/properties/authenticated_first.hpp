#pragma once

#include "tests/sim/properties/property.hpp"

namespace ropewalk::tests::sim::properties {

/// 2. Nothing is delivered before it was authenticated: what comes out is what the far users sent, byte for byte, and a
/// copy of it arrived as it was sealed.
class AuthenticatedFirst : public Property {
public:
    std::string_view name() const override { return "authenticated_first"; }
    void on_turn(const Turn& turn) override;
};

}  // namespace ropewalk::tests::sim::properties
