#pragma once

#include "config/snapshot/field_check.hpp"
#include "config/snapshot/view.hpp"

namespace ropewalk::config::snapshot {

/// Every field and cross-reference of every record; the tables' bounds must have been checked before.
void check_records(FieldCheck& check, const View& view);

}  // namespace ropewalk::config::snapshot
