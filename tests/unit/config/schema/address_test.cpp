#include <gtest/gtest.h>

#include "config/schema/endpoint.hpp"
#include "config/schema/ip_address.hpp"
#include "config/schema/mac_address.hpp"
#include "config/schema/prefix.hpp"

namespace ropewalk::config::schema {
namespace {

using namespace std::string_view_literals;

TEST(Address, ipv4_text) {
    const auto address = parse_ip_address("192.0.2.255");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->family, Family::ipv4);
    EXPECT_EQ(address->bytes, (std::array<std::uint8_t, 16>{192, 0, 2, 255}));
    EXPECT_EQ(to_string(*address), "192.0.2.255");
    EXPECT_TRUE(parse_ip_address("0.0.0.0")->is_unspecified());
}

TEST(Address, ipv6_text_follows_rfc_5952) {
    const struct {
        const char *given, *text;
    } rows[] = {{"2001:0DB8:0000:0000:0008:0800:200C:417A", "2001:db8::8:800:200c:417a"},
                {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
                {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
                {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
                {"0:0:0:0:0:0:0:0", "::"},
                {"::1", "::1"},
                {"::ffff:192.0.2.1", "::ffff:192.0.2.1"}};
    for (const auto& row : rows) {
        const auto address = parse_ip_address(row.given);
        ASSERT_TRUE(address) << row.given;
        EXPECT_EQ(address->family, Family::ipv6);
        EXPECT_EQ(to_string(*address), row.text);
    }
}

TEST(Address, malformed_texts_are_refused) {
    for (const std::string_view text :
         {""sv, "192.0.2"sv, "192.0.2.256"sv, "192.0.2.1.1"sv, "192.0.2.01"sv, "192.0.2.1 "sv, "0x7f.1"sv, "1"sv,
          "localhost"sv, "2001:db8"sv, "2001:db8::1::1"sv, "2001:db8::g"sv, "fe80::1%eth0"sv, "[::1]"sv,
          "192.0.2.1\0x"sv, "::1\0"sv, "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc"sv}) {
        EXPECT_EQ(parse_ip_address(text), std::nullopt) << text;
    }
}

TEST(Prefix, text_both_ways) {
    for (const char* text : {"192.0.2.0/24", "0.0.0.0/0", "192.0.2.1/32", "2001:db8::/32", "::/0", "2001:db8::1/128"}) {
        const auto prefix = parse_prefix(text);
        ASSERT_TRUE(prefix) << text;
        EXPECT_EQ(to_string(*prefix), text);
    }
    for (const char* text : {"", "/", "/24", "192.0.2.0", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/+8",
                             "192.0.2.0/24/8", "192.0.2.0/256", "192.0.2.0/ 8", "2001:db8::/129", "2001:db8::/32x"}) {
        EXPECT_EQ(parse_prefix(text), std::nullopt) << text;
    }
}

TEST(Prefix, network_has_no_host_bits) {
    const struct {
        const char *given, *network;
    } rows[] = {{"192.0.2.255/24", "192.0.2.0/24"},
                {"192.0.2.255/25", "192.0.2.128/25"},
                {"255.255.255.255/0", "0.0.0.0/0"},
                {"192.0.2.1/32", "192.0.2.1/32"},
                {"2001:db8:ffff::1/35", "2001:db8:e000::/35"},
                {"2001:db8::1/128", "2001:db8::1/128"},
                {"ffff::/0", "::/0"}};
    for (const auto& row : rows) EXPECT_EQ(to_string(network_of(parse_prefix(row.given).value())), row.network);
}

TEST(Endpoint, text_both_ways) {
    for (const char* text :
         {"203.0.113.9:4500", "203.0.113.9:1", "203.0.113.9:65535", "[2001:db8::1]:4500", "[::]:1"}) {
        const auto endpoint = parse_endpoint(text);
        ASSERT_TRUE(endpoint) << text;
        EXPECT_EQ(to_string(*endpoint), text);
    }
    for (const char* text : {"", ":", "203.0.113.9", "203.0.113.9:", "203.0.113.9:0", "203.0.113.9:65536",
                             "203.0.113.9:4500 ", "[203.0.113.9]:4500", "2001:db8::1:4500", "[2001:db8::1]",
                             "[2001:db8::1]4500", "[]:4500", "[:1", "hub.example.com:4500"}) {
        EXPECT_EQ(parse_endpoint(text), std::nullopt) << text;
    }
}

TEST(MacAddress, text_both_ways) {
    EXPECT_EQ(parse_mac_address("02:00:00:00:ab:CD"), (MacAddress{{2, 0, 0, 0, 0xab, 0xcd}}));
    EXPECT_EQ(to_string(MacAddress{{2, 0, 0, 0, 0xab, 0xcd}}), "02:00:00:00:ab:cd");
    for (const char* text : {"", "02:00:00:00:00", "02:00:00:00:00:1", "02-00-00-00-00-01", "02:00:00:00:00:0g",
                             "02:00:00:00:00:01:02", "0200.0000.0001xyz", "02:00:00:00:00: 1", "02:00:00:00:00:-1"}) {
        EXPECT_EQ(parse_mac_address(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace ropewalk::config::schema
