#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/sim/properties/property.hpp"

namespace ropewalk::tests::sim::properties {

/// A new set for one run, or only the one of that name. Where one defect breaks several, the most telling comes first.
std::vector<std::unique_ptr<Property>> all_properties(std::string_view only = {});

std::vector<std::string> property_names();

}  // namespace ropewalk::tests::sim::properties
