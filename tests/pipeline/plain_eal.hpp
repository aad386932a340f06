#pragma once

#include <string>

#include "dataplane/eal/eal.hpp"

namespace ropewalk::tests::pipeline {

/// EAL in ordinary memory and without devices, so that neither root nor hugepages are needed; `name` tells one
/// program's from another's.
Result<dataplane::eal::Eal> start_plain_eal(const std::string& name);

}  // namespace ropewalk::tests::pipeline
