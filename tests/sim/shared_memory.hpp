#pragma once

#include <string>

#include "config/region/region.hpp"

namespace ropewalk::tests::sim {

/// The real shared memory of one gateway, mapped twice with the rights that control and the dataplane have, so that a
/// write into the other's section is a fault here too. Made once for all runs; its file is gone at once.
class SharedMemory {
public:
    explicit SharedMemory(const std::string& gateway);

    config::region::Region& of_control() { return control_; }
    config::region::Region& of_dataplane() { return dataplane_; }

    /// As control finds it after a reboot: zeros but for its identity.
    void make_anew();

private:
    config::region::Region control_, dataplane_;
};

}  // namespace ropewalk::tests::sim
