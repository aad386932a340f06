#pragma once

#include "tests/sim/properties/property.hpp"

namespace ropewalk::tests::sim::properties {

/// 8. After the last fault service is back within the bound of docs/testing.md: every packet that users send from then
/// on is delivered, both processes of both gateways run and agree on the configuration, every path is seen alive and
/// the peer's present life is known.
class ServiceReturns : public Property {
public:
    std::string_view name() const override { return "service_returns"; }
    void on_end(const End& end) override;

private:
    void check_traffic(const End& end, Side from);
    void check_machine(const End& end, Side side);
    void check_path(const End& end, Side side, std::uint32_t path);
};

}  // namespace ropewalk::tests::sim::properties
