#pragma once

#include <memory>
#include <vector>

#include "tests/sim/properties/property.hpp"

namespace ropewalk::tests::sim::properties {

/// A new set for one run. Where one defect breaks several, the most telling comes first.
std::vector<std::unique_ptr<Property>> all_properties();

}  // namespace ropewalk::tests::sim::properties
