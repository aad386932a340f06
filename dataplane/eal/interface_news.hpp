#pragma once

#include "config/region/file_descriptor.hpp"

namespace ropewalk::dataplane::eal {

/// The kernel's announcements that some interface came, went or changed (rtnetlink, RTMGRP_LINK). They say when to
/// look; what there is to see is asked for by name. Best effort: without them one looks less often.
class InterfaceNews {
public:
    InterfaceNews();

    /// Whether there were any since the last time; one system call where there were none.
    bool came();

private:
    config::region::FileDescriptor socket_;
};

}  // namespace ropewalk::dataplane::eal
