#include "dataplane/eal/fanout_program.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/packets/inner_packet.hpp"
#include "tests/unit/dataplane/eal/program_in_kernel.hpp"

namespace ropewalk::dataplane::eal {
namespace {

using tests::packets::address_bytes;
using tests::packets::Bytes;
using tests::packets::ip_packet;
using tests::packets::IpFields;
using tests::packets::pattern;
using tests::packets::udp_datagram;

SteeringRule rule(const std::string& address, std::uint16_t udp_port, std::uint16_t queue) {
    const Bytes bytes = address_bytes(address);
    SteeringRule made{static_cast<std::uint8_t>(bytes.size() == 4 ? 4 : 6), {}, udp_port, queue};
    std::copy(bytes.begin(), bytes.end(), made.address.begin());
    return made;
}

Bytes datagram(const std::string& destination, std::uint16_t udp_port, std::uint16_t flags = 0x4000,
               std::uint16_t source_port = 4500) {
    IpFields fields;
    fields.source = destination.find(':') == std::string::npos ? "198.51.100.10" : "2001:db8:b::1";
    fields.destination = destination;
    fields.flags_fragment = flags;
    return ip_packet(fields, udp_datagram(source_port, udp_port, pattern(200, udp_port)));
}

/// For the hash of flows: whether it goes beyond any queue number.
constexpr std::size_t most_queues = 16;

class FanoutProgram : public ::testing::TestWithParam<const char*> {
protected:
    bool is_v4() const { return address.find(':') == std::string::npos; }
    const std::string address = GetParam();
    const std::string next_address = is_v4() ? "203.0.113.10" : "2001:db8:a::a";
};

TEST_P(FanoutProgram, sends_each_port_of_a_rule_to_its_queue) {
    std::vector<SteeringRule> rules;
    for (std::uint16_t shard = 0; shard < 16; ++shard) {
        rules.push_back(rule(address, static_cast<std::uint16_t>(4500 + shard), shard));
        rules.push_back(rule(next_address, static_cast<std::uint16_t>(4500 + shard), 15 - shard));
    }
    ProgramInKernel kernel(fanout_program(rules));
    for (std::uint16_t shard = 0; shard < 16; ++shard) {
        EXPECT_EQ(kernel.run(datagram(address, static_cast<std::uint16_t>(4500 + shard))), shard);
        EXPECT_EQ(kernel.run(datagram(next_address, static_cast<std::uint16_t>(4500 + shard))), 15U - shard);
    }
}

TEST_P(FanoutProgram, leaves_everything_else_to_a_hash_of_the_flow) {
    const std::vector rules{rule(address, 4500, 3), rule(address, 4501, 5)};
    ProgramInKernel with(fanout_program(rules)), without(fanout_program({}));
    EXPECT_EQ(with.run(datagram(address, 4500)), 3U);
    EXPECT_EQ(with.run(datagram(address, 4501)), 5U);
    const std::string other = is_v4() ? "203.0.113.8" : "2001:db8:a::1:9";
    for (const Bytes& packet : {datagram(address, 4499), datagram(address, 4502), datagram(other, 4500)})
        EXPECT_EQ(with.run(packet), without.run(packet));
    Bytes tcp = datagram(address, 4500);
    tcp[is_v4() ? 9 : 6] = 6;
    EXPECT_EQ(with.run(tcp), without.run(tcp)) << "only UDP has shards";
}

TEST_P(FanoutProgram, keeps_a_flow_together_and_flows_apart) {
    // Of 16 bits, the first eight of a hash are rarely all zero: what is cut to the size of the packet says enough.
    ProgramInKernel kernel(fanout_program({}));
    std::set<std::size_t> queues;
    unsigned beyond = 0;
    for (std::uint16_t port = 1; port <= 200; ++port) {
        const Bytes packet = datagram(address, 4500, 0x4000, port);
        const std::size_t result = kernel.run(packet);
        EXPECT_EQ(kernel.run(packet), result);
        beyond += result > most_queues;
    }
    EXPECT_GT(beyond, 190U) << "the hash has 16 bits";
}

TEST_P(FanoutProgram, that_is_cut_short_goes_to_the_first_queue) {
    ProgramInKernel kernel(fanout_program(std::vector{rule(address, 4500, 3)}));
    const Bytes packet = datagram(address, 4500);
    for (std::size_t size = 1; size < (is_v4() ? 24U : 44U); ++size)
        EXPECT_EQ(kernel.run(Bytes(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size))), 0U) << size;
}

INSTANTIATE_TEST_SUITE_P(both_families, FanoutProgram, ::testing::Values("203.0.113.9", "2001:db8:a::9"));

TEST(FanoutProgramIpv4, steps_over_options) {
    ProgramInKernel kernel(fanout_program(std::vector{rule("203.0.113.9", 4501, 7)}));
    Bytes packet = datagram("203.0.113.9", 4501);
    packet[0] = 0x47;
    packet.insert(packet.begin() + 20, 8, 1);
    EXPECT_EQ(kernel.run(packet), 7U);
}

TEST(FanoutProgramIpv4, does_not_look_for_ports_in_fragments) {
    ProgramInKernel kernel(fanout_program(std::vector{rule("203.0.113.9", 4501, 7)}));
    const std::size_t first = kernel.run(datagram("203.0.113.9", 4501, 0x2000));
    EXPECT_EQ(kernel.run(datagram("203.0.113.9", 4501, 0x0001)), first) << "all fragments of a packet go one way";
    EXPECT_EQ(kernel.run(datagram("203.0.113.9", 9999, 0x0001)), first);
    EXPECT_NE(first, 7U);
}

TEST(FanoutProgramAny, sends_what_is_not_ip_to_the_first_queue) {
    ProgramInKernel kernel(fanout_program(std::vector{rule("203.0.113.9", 4501, 7)}));
    Bytes arp = datagram("203.0.113.9", 4501);
    arp[0] = 0;
    EXPECT_EQ(kernel.run(arp), 0U);
}

TEST(FanoutProgramAny, has_room_for_many_endpoints) {
    std::vector<SteeringRule> rules;
    for (int i = 0; i < 60; ++i)
        for (std::uint16_t shard = 0; shard < 8; ++shard)
            rules.push_back(rule(fmt::format("203.0.113.{}", i), static_cast<std::uint16_t>(4500 + shard), shard));
    const auto program = fanout_program(rules);
    ASSERT_LE(program.size(), std::size_t{BPF_MAXINSNS});
    ProgramInKernel kernel(program);
    EXPECT_EQ(kernel.run(datagram("203.0.113.59", 4507)), 7U);
    EXPECT_EQ(kernel.run(datagram("203.0.113.0", 4501)), 1U);
}

}  // namespace
}  // namespace ropewalk::dataplane::eal
