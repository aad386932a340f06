#pragma once

#include <string>

#include "config/region/file_descriptor.hpp"
#include "dataplane/eal/link.hpp"

namespace ropewalk::dataplane::eal {

/// The link of a kernel interface: up when it is set up and its device has a carrier (RFC 2863: operationally up).
class InterfaceLink {
public:
    explicit InterfaceLink(const std::string& interface);

    /// Two system calls or three; not for workers. One that was taken away is down, even when another interface was
    /// given its name: the port's sockets do not follow.
    Link look();

private:
    std::string interface_;
    unsigned index_;
    config::region::FileDescriptor socket_;
    Link last_;
};

}  // namespace ropewalk::dataplane::eal
