#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "config/calm_log.hpp"
#include "config/region/file_descriptor.hpp"
#include "config/schema/endpoint.hpp"
#include "config/schema/gateway.hpp"
#include "control/paths/icmp_error.hpp"

namespace ropewalk::control::kernel {

/// Keeps every UDP endpoint of our paths, all shards of them, bound where the kernel sees the packets too, so that it
/// does not answer them with "port unreachable". The sockets drop all that comes: the dataplane has its own copy. But
/// the kernel queues ICMP errors about copies on them.
class EndpointHolder {
public:
    void configure(const config::schema::Gateway& gateway);

    /// To be called every second: binds what is not bound yet, and looks whether the addresses are still there. Says
    /// once what stands in the way, and when it no longer does. `now_ns` is CLOCK_MONOTONIC.
    void follow(std::uint64_t now_ns);

    /// ICMP errors that had come when follow() was called last.
    std::vector<paths::IcmpError> take_icmp_errors() { return std::exchange(icmp_errors_, {}); }

    /// One local endpoint.
    struct Held {
        std::string path_key;  ///< the first path that uses it
        std::string interface;
        config::region::FileDescriptor socket;  ///< invalid until bound
        std::string problem;                    ///< why it is not bound, or of no use; empty when it is
        config::CalmLog log;
    };
    const std::map<config::schema::Endpoint, Held>& held() const { return held_; }

private:
    std::map<config::schema::Endpoint, Held> held_;
    std::vector<paths::IcmpError> icmp_errors_;
};

}  // namespace ropewalk::control::kernel
