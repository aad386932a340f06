#pragma once

#include "config/region/field_check.hpp"
#include "config/region/view.hpp"

namespace ropewalk::config::region {

/// Every field and cross-reference of every record; the tables' bounds must have been checked before.
void check_records(FieldCheck& check, const View& view);

}  // namespace ropewalk::config::region
