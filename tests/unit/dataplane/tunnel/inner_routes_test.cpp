#include "dataplane/tunnel/inner_routes.hpp"

#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace ropewalk::dataplane::tunnel {
namespace {

using config::region::RangeV4Record;
using config::region::RangeV6Record;
using Address = unsigned __int128;

/// A prefix in an address space of `bits` bits.
struct Prefix {
    Address network;
    unsigned length;
    std::uint32_t tunnel;
};

Address last_of(const Prefix& prefix, unsigned bits) {
    const Address host = bits == prefix.length ? 0 : ~Address{0} >> (128 - (bits - prefix.length));
    return prefix.network | host;
}

/// The longest prefix that holds the address, looked for one by one.
std::uint32_t longest_match(const std::vector<Prefix>& prefixes, Address address, unsigned bits) {
    std::uint32_t tunnel = InnerRoutes::none;
    int longest = -1;
    for (const Prefix& prefix : prefixes) {
        const bool holds = address >= prefix.network && address <= last_of(prefix, bits);
        if (!holds || static_cast<int>(prefix.length) <= longest) continue;
        longest = static_cast<int>(prefix.length);
        tunnel = prefix.tunnel;
    }
    return tunnel;
}

/// Where the answer may change: the first address of each prefix and the first one after it.
std::map<Address, std::uint32_t> partition(const std::vector<Prefix>& prefixes, unsigned bits) {
    std::set<Address> borders{0};
    const Address highest = ~Address{0} >> (128 - bits);
    for (const Prefix& prefix : prefixes) {
        borders.insert(prefix.network);
        if (last_of(prefix, bits) != highest) borders.insert(last_of(prefix, bits) + 1);
    }
    std::map<Address, std::uint32_t> ranges;
    for (const Address border : borders) ranges[border] = longest_match(prefixes, border, bits);
    return ranges;
}

std::vector<Prefix> random_prefixes(std::mt19937_64& random, unsigned bits) {
    std::vector<Prefix> prefixes;
    std::set<std::pair<Address, unsigned>> seen;
    const std::uint64_t count = random() % 60;
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto length = static_cast<unsigned>(random() % (bits + 1));
        Address network = (Address{random()} << 64 | random()) >> (128 - bits);
        if (!prefixes.empty() && random() % 2 == 0) network = prefixes[random() % prefixes.size()].network;
        network = length == 0 ? 0 : network >> (bits - length) << (bits - length);
        if (seen.insert({network, length}).second)
            prefixes.push_back({network, length, static_cast<std::uint32_t>(i % 7)});
    }
    return prefixes;
}

/// Addresses at and beside every border, and some anywhere.
std::vector<Address> addresses_to_try(std::mt19937_64& random, const std::vector<Prefix>& prefixes, unsigned bits) {
    const Address mask = ~Address{0} >> (128 - bits);
    std::vector<Address> addresses{0, 1, mask, mask - 1};
    for (const Prefix& prefix : prefixes)
        for (const Address near : {prefix.network, last_of(prefix, bits)})
            addresses.insert(addresses.end(), {near, (near + 1) & mask, (near - 1) & mask});
    for (int i = 0; i < 200; ++i) addresses.push_back((Address{random()} << 64 | random()) >> (128 - bits));
    return addresses;
}

TEST(InnerRoutes, without_a_range_no_address_belongs_to_a_tunnel) {
    const InnerRoutes routes;
    EXPECT_EQ(routes.find_v4(0), InnerRoutes::none);
    EXPECT_EQ(routes.find_v4(0xffffffff), InnerRoutes::none);
    EXPECT_EQ(routes.find_v6(0, 0), InnerRoutes::none);
    EXPECT_EQ(routes.find_v6(~0ULL, ~0ULL), InnerRoutes::none);
}

TEST(InnerRoutes, finds_the_longest_ipv4_prefix) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        std::mt19937_64 random(seed);
        const auto prefixes = random_prefixes(random, 32);
        std::vector<RangeV4Record> ranges;
        for (const auto& [first, tunnel] : partition(prefixes, 32))
            ranges.push_back({static_cast<std::uint32_t>(first), tunnel});
        const InnerRoutes routes(ranges, {});
        for (const Address address : addresses_to_try(random, prefixes, 32))
            ASSERT_EQ(routes.find_v4(static_cast<std::uint32_t>(address)), longest_match(prefixes, address, 32))
                << "seed " << seed << ", address " << static_cast<std::uint32_t>(address);
    }
}

TEST(InnerRoutes, as_many_ranges_as_a_snapshot_holds_each_border_in_tables_of_its_own) {
    std::vector<RangeV4Record> ranges{{0, InnerRoutes::none}};
    for (std::uint32_t i = 1; i < config::region::max_ranges; ++i)
        ranges.push_back({i << 18 | 0x101, static_cast<std::uint32_t>(i % config::region::max_tunnels)});
    const InnerRoutes routes(ranges, {});
    for (std::size_t i = 1; i < ranges.size(); ++i) {
        ASSERT_EQ(routes.find_v4(ranges[i].first - 1), ranges[i - 1].tunnel) << i;
        ASSERT_EQ(routes.find_v4(ranges[i].first), ranges[i].tunnel) << i;
    }
    EXPECT_EQ(routes.find_v4(0xffffffff), ranges.back().tunnel);
}

TEST(InnerRoutes, finds_the_longest_ipv6_prefix) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        std::mt19937_64 random(seed);
        const auto prefixes = random_prefixes(random, 128);
        std::vector<RangeV6Record> ranges;
        for (const auto& [first, tunnel] : partition(prefixes, 128))
            ranges.push_back({static_cast<std::uint64_t>(first >> 64), static_cast<std::uint64_t>(first), tunnel, 0});
        const InnerRoutes routes({}, ranges);
        for (const Address address : addresses_to_try(random, prefixes, 128)) {
            const auto high = static_cast<std::uint64_t>(address >> 64);
            const auto low = static_cast<std::uint64_t>(address);
            ASSERT_EQ(routes.find_v6(high, low), longest_match(prefixes, address, 128))
                << "seed " << seed << ", address " << std::hex << high << " " << low;
        }
    }
}

}  // namespace
}  // namespace ropewalk::dataplane::tunnel
