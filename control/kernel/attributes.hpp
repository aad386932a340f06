#pragma once

#include <libmnl/libmnl.h>

#include <array>
#include <cstring>
#include <optional>
#include <string>

#include "config/schema/ip_address.hpp"
#include "config/schema/mac_address.hpp"

/// Reading of rtnetlink attributes: a value of the wrong size is no value.
namespace ropewalk::control::kernel {

/// The attributes of one message or nest, by type; pointers into the message.
template <std::size_t Count>
class Attributes {
public:
    Attributes(const nlmsghdr& message, std::size_t header_size) {
        // An aligned header may reach beyond a message that was cut off.
        if (mnl_nlmsg_get_payload_len(&message) < MNL_ALIGN(header_size)) return;
        mnl_attr_parse(&message, static_cast<unsigned>(header_size), keep, this);
    }
    explicit Attributes(const nlattr* nest) {
        if (nest != nullptr) mnl_attr_parse_nested(nest, keep, this);
    }

    const nlattr* find(std::size_t type) const { return type < Count ? found_[type] : nullptr; }

    template <class T>
    std::optional<T> number(std::size_t type) const {
        const nlattr* attribute = find(type);
        if (attribute == nullptr || mnl_attr_get_payload_len(attribute) != sizeof(T)) return std::nullopt;
        T value;
        std::memcpy(&value, mnl_attr_get_payload(attribute), sizeof value);
        return value;
    }
    std::string text(std::size_t type) const {
        const nlattr* attribute = find(type);
        if (attribute == nullptr) return {};
        const char* const start = static_cast<const char*>(mnl_attr_get_payload(attribute));
        return {start, ::strnlen(start, mnl_attr_get_payload_len(attribute))};
    }
    std::optional<config::schema::MacAddress> mac(std::size_t type) const {
        const auto bytes = number<std::array<std::uint8_t, 6>>(type);
        if (!bytes) return std::nullopt;
        return config::schema::MacAddress{*bytes};
    }
    std::optional<config::schema::IpAddress> address(std::size_t type) const {
        if (const auto v4 = number<std::array<std::uint8_t, 4>>(type)) {
            config::schema::IpAddress address{config::Family::ipv4, {}};
            std::memcpy(address.bytes.data(), v4->data(), v4->size());
            return address;
        }
        if (const auto v6 = number<std::array<std::uint8_t, 16>>(type))
            return config::schema::IpAddress{config::Family::ipv6, *v6};
        return std::nullopt;
    }

private:
    static int keep(const nlattr* attribute, void* self) {
        const std::size_t type = mnl_attr_get_type(attribute);
        if (type < Count) static_cast<Attributes*>(self)->found_[type] = attribute;
        return MNL_CB_OK;
    }

    std::array<const nlattr*, Count> found_{};
};

}  // namespace ropewalk::control::kernel
