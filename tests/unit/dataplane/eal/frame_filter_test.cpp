#include "dataplane/eal/frame_filter.hpp"

#include <gtest/gtest.h>

#include "tests/packets/inner_packet.hpp"
#include "tests/unit/dataplane/eal/program_in_kernel.hpp"

namespace ropewalk::dataplane::eal {
namespace {

using tests::packets::Bytes;
using tests::packets::ExtensionHeader;
using tests::packets::ip_packet;
using tests::packets::IpFields;
using tests::packets::pattern;
using tests::packets::udp_datagram;

Bytes frame_of(const Bytes& packet) {
    Bytes frame{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};
    const bool is_v4 = packet[0] >> 4 == 4;
    frame.push_back(is_v4 ? 0x08 : 0x86);
    frame.push_back(is_v4 ? 0x00 : 0xdd);
    frame.insert(frame.end(), packet.begin(), packet.end());
    return frame;
}

class FrameFilter : public ::testing::TestWithParam<bool> {
protected:
    Bytes packet(std::uint16_t udp_port, IpFields fields = {}) const {
        const bool v4 = GetParam();
        if (!v4) fields.source = "2001:db8:b::1", fields.destination = "2001:db8:a::9";
        return ip_packet(fields, udp_datagram(40'000, udp_port, pattern(100, udp_port)));
    }
    /// Whether it passes whole.
    static bool passes(ProgramInKernel& kernel, const Bytes& frame) { return kernel.run(frame) == frame.size(); }
};

TEST_P(FrameFilter, lets_the_ports_of_paths_pass_and_no_others) {
    ProgramInKernel kernel(frame_filter(merged({{4500, 4503}, {1, 1}, {65'535, 65'535}})));
    for (const int port : {1, 4500, 4501, 4503, 65'535})
        EXPECT_TRUE(passes(kernel, frame_of(packet(static_cast<std::uint16_t>(port))))) << port;
    for (const int port : {0, 2, 4499, 4504, 65'534})
        EXPECT_FALSE(passes(kernel, frame_of(packet(static_cast<std::uint16_t>(port))))) << port;
}

TEST_P(FrameFilter, lets_nothing_pass_before_there_is_a_path) {
    ProgramInKernel kernel(frame_filter({}));
    EXPECT_FALSE(passes(kernel, frame_of(packet(4500))));
}

TEST_P(FrameFilter, lets_nothing_but_udp_pass) {
    ProgramInKernel kernel(frame_filter(merged({{0, 65'535}})));
    for (int protocol = 0; protocol < 256; ++protocol) {
        Bytes other = packet(4500);
        other[GetParam() ? 9 : 6] = static_cast<std::uint8_t>(protocol);
        EXPECT_EQ(passes(kernel, frame_of(other)), protocol == 17) << protocol;
    }
    Bytes arp = frame_of(packet(4500));
    arp[12] = 0x08, arp[13] = 0x06;
    EXPECT_FALSE(passes(kernel, arp));
}

TEST_P(FrameFilter, lets_nothing_pass_that_is_cut_short) {
    ProgramInKernel kernel(frame_filter(merged({{4500, 4500}})));
    const Bytes whole = frame_of(packet(4500));
    const std::size_t ports_end = 14 + (GetParam() ? 20 : 40) + 4;
    for (std::size_t size = 1; size < ports_end; ++size)
        EXPECT_FALSE(passes(kernel, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)))) << size;
    EXPECT_TRUE(passes(kernel, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(ports_end))));
}

TEST_P(FrameFilter, of_more_ports_than_a_program_holds_lets_all_udp_pass) {
    std::vector<UdpPorts> every_other;
    for (unsigned port = 1; port < 4000; port += 2)
        every_other.push_back({static_cast<std::uint16_t>(port), static_cast<std::uint16_t>(port)});
    ProgramInKernel kernel(frame_filter(every_other));
    EXPECT_TRUE(passes(kernel, frame_of(packet(2))));
    Bytes tcp = packet(1);
    tcp[GetParam() ? 9 : 6] = 6;
    EXPECT_FALSE(passes(kernel, frame_of(tcp)));

    every_other.resize(400);
    ProgramInKernel exact(frame_filter(every_other));
    EXPECT_TRUE(passes(exact, frame_of(packet(799))));
    EXPECT_FALSE(passes(exact, frame_of(packet(798))));
}

INSTANTIATE_TEST_SUITE_P(both_families, FrameFilter, ::testing::Bool());

TEST(FrameFilterIpv4, lets_first_fragments_pass_and_no_later_ones) {
    ProgramInKernel kernel(frame_filter(merged({{4500, 4500}})));
    for (const auto& [flags, passes] : {std::pair{0x2000, true}, {0x4000, true}, {0x2001, false}, {0x0001, false}}) {
        IpFields fields;
        fields.flags_fragment = static_cast<std::uint16_t>(flags);
        const Bytes frame = frame_of(ip_packet(fields, udp_datagram(1, 4500, Bytes(50))));
        EXPECT_EQ(kernel.run(frame) == frame.size(), passes) << flags;
    }
}

TEST(FrameFilterIpv4, steps_over_options) {
    ProgramInKernel kernel(frame_filter(merged({{4500, 4500}})));
    Bytes packet = ip_packet({}, udp_datagram(1, 4500, Bytes(50)));
    packet[0] = 0x47;
    packet.insert(packet.begin() + 20, 8, 1);
    EXPECT_EQ(kernel.run(frame_of(packet)), frame_of(packet).size());
}

TEST(FrameFilterIpv6, lets_first_fragments_pass_and_no_later_ones) {
    ProgramInKernel kernel(frame_filter(merged({{4500, 4500}})));
    const Bytes whole = ip_packet(tests::packets::v6_fields(), udp_datagram(1, 4500, Bytes(50)));
    for (const auto& [fragment, passes] : {std::pair{0x0001, true}, {0x0008, false}, {0x0009, false}}) {
        const Bytes frame = frame_of(tests::packets::with_extension_headers(
            whole, {ExtensionHeader{tests::packets::fragment_header, 8, static_cast<std::uint16_t>(fragment)}}));
        EXPECT_EQ(kernel.run(frame) == frame.size(), passes) << fragment;
    }
}

TEST(UdpPortRanges, are_merged_where_they_touch) {
    EXPECT_EQ(merged({{10, 12}, {1, 2}, {13, 13}, {11, 20}, {65'535, 65'535}, {3, 3}, {22, 22}}),
              (std::vector<UdpPorts>{{1, 3}, {10, 20}, {22, 22}, {65'535, 65'535}}));
    EXPECT_TRUE(merged({}).empty());
}

}  // namespace
}  // namespace ropewalk::dataplane::eal
