#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/region/layout.hpp"
#include "config/region/records.hpp"
#include "dataplane/eal/port.hpp"

namespace ropewalk::dataplane {

/// Looks at the links of all ports for the main lcore, and says in the shared memory how they are. It asks, because not
/// every driver has interrupts for that.
class LinkWatch {
public:
    explicit LinkWatch(config::region::DataplaneSection& section) : section_(section) {}

    /// Says in the shared memory what the device is, and watches it from now on. `port` was started, and must neither
    /// move nor go.
    void add(const config::region::PortRecord& record, eal::Port& port);

    /// Looks when a second has gone by since the last time; `now_ns` is CLOCK_MONOTONIC. Returns what is new, for the
    /// log.
    std::vector<std::string> look(std::uint64_t now_ns);

private:
    struct Watched {
        std::string name;
        std::uint32_t slot;  ///< of the port's status
        eal::Port* port;
    };

    config::region::DataplaneSection& section_;
    std::vector<Watched> watched_;
    std::uint64_t due_ns_ = 0;
};

}  // namespace ropewalk::dataplane
