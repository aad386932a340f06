#pragma once

#include <optional>
#include <span>

#include "config/schema/endpoint.hpp"
#include "tests/lab/wanem/header_at.hpp"
#include "tests/lab/wanem/ip_frame.hpp"

namespace ropewalk::tests::lab::wanem {

using config::schema::Endpoint;

/// The UDP packet in a frame, which stays the caller's. Writing keeps the checksums as right or as wrong as they are,
/// and a UDP checksum of zero (RFC 768: none) zero.
class UdpFrame {
public:
    static std::optional<UdpFrame> in(std::span<std::uint8_t> frame);

    Endpoint source() const { return endpoint_at(place_.source_at(), source_port_at()); }
    Endpoint destination() const { return endpoint_at(place_.destination_at(), destination_port_at()); }
    /// The address must be of the same family.
    void set_source(const Endpoint& to) { replace(to, place_.source_at(), source_port_at()); }
    void set_destination(const Endpoint& to) { replace(to, place_.destination_at(), destination_port_at()); }

    std::span<std::uint8_t> payload() const;
    /// Computes the checksum anew, unless there is none.
    void fix_checksum();

private:
    UdpFrame(std::span<std::uint8_t> frame, const IpFrame& place) : frame_(frame), place_(place) {}

    Endpoint endpoint_at(std::size_t address_at, std::size_t port_at) const;
    void replace(const Endpoint& to, std::size_t address_at, std::size_t port_at);
    void overwrite(std::size_t at, std::span<const std::uint8_t> bytes);
    std::size_t source_port_at() const { return place_.transport_at; }
    std::size_t destination_port_at() const { return source_port_at() + sizeof(Be16); }
    Be16& checksum() { return writable_at<UdpHeader>(frame_, place_.transport_at).checksum; }

    std::span<std::uint8_t> frame_;
    IpFrame place_;
};

}  // namespace ropewalk::tests::lab::wanem
