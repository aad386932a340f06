#pragma once

#include "tests/sim/properties/property.hpp"

namespace ropewalk::tests::sim::properties {

/// 10. At the end what is published is what control runs, and control runs what is configured, but for what waits for a
/// restart of the dataplane that has not come. No reload was called done before the worker had it.
class ConfigurationFollowed : public Property {
public:
    std::string_view name() const override { return "configuration_followed"; }
    void on_end(const End& end) override;

private:
    void check(const Machine& machine, Side side);
};

}  // namespace ropewalk::tests::sim::properties
