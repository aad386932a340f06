#include "control/paths/icmp_error.hpp"

#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>

#include <array>
#include <optional>
#include <string_view>

#include <fmt/format.h>

namespace ropewalk::control::paths {

using config::Family;

namespace {

enum class Says : std::uint8_t { no_way, closed, forbidden, too_big, circle, other };

struct Meaning {
    Family family;
    std::uint8_t type;
    std::optional<std::uint8_t> code;  ///< empty: any
    Says says;
    std::string_view words;
};

/// RFC 792, RFC 1812 section 5.2.7, RFC 4443 section 3.
constexpr auto meanings = std::to_array<Meaning>({
    {Family::ipv4, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, Says::closed, "port unreachable"},
    {Family::ipv4, ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, Says::closed, "protocol unreachable"},
    {Family::ipv4, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, Says::too_big, "fragmentation needed"},
    {Family::ipv4, ICMP_DEST_UNREACH, ICMP_NET_UNREACH, Says::no_way, "network unreachable"},
    {Family::ipv4, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, Says::no_way, "host unreachable"},
    {Family::ipv4, ICMP_DEST_UNREACH, ICMP_NET_ANO, Says::forbidden, "network administratively prohibited"},
    {Family::ipv4, ICMP_DEST_UNREACH, ICMP_HOST_ANO, Says::forbidden, "host administratively prohibited"},
    {Family::ipv4, ICMP_DEST_UNREACH, ICMP_PKT_FILTERED, Says::forbidden, "administratively prohibited"},
    {Family::ipv4, ICMP_TIME_EXCEEDED, {}, Says::circle, "time exceeded"},
    {Family::ipv6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOPORT, Says::closed, "port unreachable"},
    {Family::ipv6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOROUTE, Says::no_way, "no route"},
    {Family::ipv6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADDR, Says::no_way, "address unreachable"},
    {Family::ipv6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADMIN, Says::forbidden, "administratively prohibited"},
    {Family::ipv6, ICMP6_PACKET_TOO_BIG, {}, Says::too_big, "packet too big"},
    {Family::ipv6, ICMP6_TIME_EXCEEDED, {}, Says::circle, "time exceeded"},
});

const Meaning* meaning_of(const IcmpError& error) {
    for (const Meaning& meaning : meanings)
        if (meaning.family == error.offender.family && meaning.type == error.type &&
            meaning.code.value_or(error.code) == error.code)
            return &meaning;
    return nullptr;
}

Says what(const IcmpError& error) {
    const Meaning* const meaning = meaning_of(error);
    return meaning == nullptr ? Says::other : meaning->says;
}

std::string words_of(const IcmpError& error) {
    const Meaning* const meaning = meaning_of(error);
    if (meaning == nullptr) return fmt::format("type {}, code {}", error.type, error.code);
    if (error.mtu == 0) return std::string(meaning->words);
    return fmt::format("{}, {} bytes pass", meaning->words, error.mtu);
}

std::string remedy_of(const IcmpError& error) {
    switch (what(error)) {
        case Says::no_way:
            return "look at the routes there, and at the peer's link";
        case Says::closed:
            return "start the peer there, or correct this path's `peer`; NAT before the peer must forward that port";
        case Says::forbidden:
            return fmt::format("let the firewall there pass UDP from {} to {}", to_string(error.local),
                               to_string(error.peer));
        case Says::too_big:
            return "the inner MTU follows; where that does not last, give the path its `mtu`";
        case Says::circle:
            return "copies go in a circle: look at the routes there";
        case Says::other:
            break;
    }
    return "look at what stands there";
}

}  // namespace

bool is_too_big(const IcmpError& error) {
    return what(error) == Says::too_big;
}

std::string sentence_of(const IcmpError& error) {
    return fmt::format("{} says by ICMP of copies to {}: {}; {}", to_string(error.offender), to_string(error.peer),
                       words_of(error), remedy_of(error));
}

}  // namespace ropewalk::control::paths
