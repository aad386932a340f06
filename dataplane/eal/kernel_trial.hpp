#pragma once

#include "dataplane/eal/joining.hpp"

namespace ropewalk::dataplane::eal {

/// Hands joined datagrams to the kernel on the loopback interface of a network namespace made for that, where it must
/// cut them itself, and looks at what arrives. Once a process, as it is the kernel that is tried, and not a device;
/// takes a tenth of a second or so, and needs CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_NET_RAW.
const TrialOutcome& try_cutting_of_this_kernel();

}  // namespace ropewalk::dataplane::eal
