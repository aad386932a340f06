#include "dataplane/headers/extension_headers.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "tests/packets/inner_packet.hpp"

namespace ropewalk::dataplane::headers {
namespace {

using tests::packets::Bytes;
using tests::packets::destination_options;
using tests::packets::ExtensionHeader;
using tests::packets::fragment_header;
using tests::packets::hop_by_hop;
using tests::packets::packet_of_size;
using tests::packets::routing;
using tests::packets::v6_fields;
using tests::packets::with_extension_headers;

constexpr std::uint8_t udp_itself = 17, authentication = 51;
using Chain = std::vector<ExtensionHeader>;

/// What is found in the first `size` bytes, which lie alone in memory.
UpperLayer found_in(const Bytes& packet, std::size_t size) {
    const std::unique_ptr<std::uint8_t[]> alone(new std::uint8_t[size]);
    std::copy(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size), alone.get());
    return find_upper_layer(alone.get(), static_cast<std::uint16_t>(size));
}

Bytes udp_behind(const Chain& chain) {
    return with_extension_headers(packet_of_size(v6_fields(), 60, 1), chain);
}

UpperLayer found_behind(const Chain& chain) {
    const Bytes packet = udp_behind(chain);
    return found_in(packet, packet.size());
}

void expect_udp_at(std::uint16_t offset, const Chain& chain) {
    const UpperLayer upper = found_behind(chain);
    EXPECT_EQ(upper.protocol, udp_itself);
    EXPECT_EQ(upper.offset, offset);
    EXPECT_TRUE(upper.is_in_this_packet);
}

TEST(ExtensionHeaders, are_those_that_only_lead_on) {
    std::set<unsigned> known;
    for (unsigned protocol = 0; protocol < 256; ++protocol)
        if (is_extension_header(static_cast<std::uint8_t>(protocol))) known.insert(protocol);
    EXPECT_EQ(known, (std::set<unsigned>{hop_by_hop, routing, fragment_header, destination_options}));
}

TEST(ExtensionHeaders, each_is_walked_whatever_its_length) {
    expect_udp_at(40, {});
    for (const std::uint8_t protocol : {hop_by_hop, routing, destination_options})
        for (const std::size_t size : {8U, 16U, 264U, 2048U})
            expect_udp_at(static_cast<std::uint16_t>(40 + size), {{protocol, size}});
}

TEST(ExtensionHeaders, all_of_them_are_walked_in_the_order_of_the_standard) {
    expect_udp_at(
        40 + 8 + 16 + 24 + 8 + 32,
        {{hop_by_hop}, {destination_options, 16}, {routing, 24}, {fragment_header}, {destination_options, 32}});
}

TEST(ExtensionHeaders, a_fragment_header_has_8_bytes_whatever_stands_where_others_have_a_length) {
    Bytes packet = udp_behind({{fragment_header}});
    packet[41] = 0xff;
    EXPECT_EQ(found_in(packet, packet.size()).offset, 48);
}

TEST(ExtensionHeaders, a_first_fragment_shows_its_upper_layer_and_a_later_one_only_says_which_it_is) {
    constexpr std::uint16_t more = 0x0001, reserved = 0x0006, second = 0x0008, last = 0xfff8;
    for (const std::uint16_t first : {std::uint16_t{0}, more, reserved})
        expect_udp_at(48, {{fragment_header, 8, first}});
    for (const std::uint16_t later : {second, last}) {
        const UpperLayer upper = found_behind({{fragment_header, 8, later}});
        EXPECT_EQ(upper.protocol, udp_itself);
        EXPECT_FALSE(upper.is_in_this_packet);
    }
    const UpperLayer upper = found_behind({{fragment_header, 8, second}, {destination_options}});
    EXPECT_EQ(upper.protocol, destination_options) << "what follows is the middle of something";
    EXPECT_FALSE(upper.is_in_this_packet);
}

TEST(ExtensionHeaders, the_authentication_header_ends_the_walk) {
    const UpperLayer upper = found_behind({{hop_by_hop}, {authentication, 24}});
    EXPECT_EQ(upper.protocol, authentication);
    EXPECT_EQ(upper.offset, 48);
    EXPECT_TRUE(upper.is_in_this_packet);
}

TEST(ExtensionHeaders, more_of_them_than_anybody_needs_are_not_walked_to_their_end) {
    expect_udp_at(40 + 8 * most_extension_headers, Chain(most_extension_headers, {destination_options}));
    const UpperLayer upper = found_behind(Chain(most_extension_headers + 1, {destination_options}));
    EXPECT_EQ(upper.protocol, destination_options);
    EXPECT_FALSE(upper.is_in_this_packet);
}

TEST(ExtensionHeaders, one_that_is_cut_off_is_not_read) {
    const Bytes packet = udp_behind({{hop_by_hop, 16}, {fragment_header}, {routing, 24}});
    constexpr std::size_t whole = 40 + 16 + 8 + 24;
    for (std::size_t size = 40; size <= packet.size(); ++size) {
        const UpperLayer upper = found_in(packet, size);
        EXPECT_EQ(upper.is_in_this_packet, size >= whole) << size;
        EXPECT_LE(upper.offset, size);
    }
}

}  // namespace
}  // namespace ropewalk::dataplane::headers
