#pragma once

#include <libmnl/libmnl.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>

#include "config/schema/ip_address.hpp"

namespace ropewalk::control::kernel {

/// A small rtnetlink request under construction. `Header` is what follows nlmsghdr: ifinfomsg, rtmsg, ...
template <class Header>
class Request {
public:
    Request(std::uint16_t type, std::uint16_t flags) {
        message_ = mnl_nlmsg_put_header(buffer_.data());
        message_->nlmsg_type = type;
        message_->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
        header_ = static_cast<Header*>(mnl_nlmsg_put_extra_header(message_, sizeof(Header)));
    }
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

    Header& header() { return *header_; }
    nlmsghdr& message() { return *message_; }

    void put(std::uint16_t type, const config::schema::IpAddress& address) {
        mnl_attr_put(message_, type, address.size(), address.bytes.data());
    }

private:
    alignas(nlmsghdr) std::array<char, 512> buffer_{};
    nlmsghdr* message_;
    Header* header_;
};

inline std::uint8_t family_code(config::Family family) {
    return family == config::Family::ipv4 ? AF_INET : AF_INET6;
}

}  // namespace ropewalk::control::kernel
