#include "dataplane/headers/clamp_mss.hpp"

#include <gtest/gtest.h>

#include "tests/packets/inner_packet.hpp"
#include "tests/packets/internet_checksum.hpp"
#include "tests/packets/loose_packet.hpp"

namespace ropewalk::dataplane::headers {
namespace {

using tests::packets::Bytes;
using tests::packets::from_hex;
using tests::packets::IpFields;
using tests::packets::joined;
using tests::packets::LoosePacket;
using tests::packets::tcp_packet;
using tests::packets::to_hex;

constexpr std::uint8_t syn = 0x02, ack = 0x10;
constexpr std::uint16_t mtu = 1400;

struct Outcome {
    bool is_syn;
    bool changed;
    Bytes packet;
};

Outcome clamp(const Bytes& bytes) {
    LoosePacket loose(bytes);
    headers::InnerHeader inner;
    EXPECT_TRUE(headers::read_inner_header(loose.packet(), loose.packet().size(), inner));
    Outcome outcome{headers::is_tcp_syn(loose.packet(), inner), false, {}};
    if (outcome.is_syn) outcome.changed = headers::lower_mss(loose.packet(), inner, mtu);
    outcome.packet = loose.bytes();
    return outcome;
}

/// The options of a TCP packet after its 20-byte header.
std::string options_of(const Bytes& packet) {
    const std::size_t at = (packet[0] >> 4 == 4 ? 20 : 40) + 20;
    return to_hex(std::span(packet).subspan(at));
}

class ClampMss : public ::testing::TestWithParam<IpFields> {
protected:
    /// 1400 less the headers of IP and TCP.
    std::string fitting() const { return GetParam().source == "192.0.2.1" ? "0550" : "053c"; }
};

TEST_P(ClampMss, lowers_an_option_at_an_even_offset) {
    const Outcome outcome = clamp(tcp_packet(GetParam(), syn, from_hex("020405b4")));
    EXPECT_TRUE(outcome.changed);
    EXPECT_EQ(options_of(outcome.packet), "0204" + fitting());
    EXPECT_TRUE(tests::packets::transport_checksum_is_right(outcome.packet));
}

TEST_P(ClampMss, lowers_an_option_at_an_odd_offset) {
    const Outcome outcome = clamp(tcp_packet(GetParam(), syn | ack, from_hex("01 020405b4 010101")));
    EXPECT_TRUE(outcome.changed);
    EXPECT_EQ(options_of(outcome.packet), "010204" + fitting() + "010101");
    EXPECT_TRUE(tests::packets::transport_checksum_is_right(outcome.packet));
}

TEST_P(ClampMss, finds_the_option_behind_others) {
    const Outcome outcome =
        clamp(tcp_packet(GetParam(), syn, from_hex("0402 080a0000000100000000 030307 0204ffff 00")));
    EXPECT_TRUE(outcome.changed);
    EXPECT_EQ(options_of(outcome.packet),
              "0402080a0000000100000000030307"
              "0204" +
                  fitting() + "00");
    EXPECT_TRUE(tests::packets::transport_checksum_is_right(outcome.packet));
}

TEST_P(ClampMss, the_checksum_stays_right_from_every_value_there_is) {
    for (unsigned mss = 0; mss <= 0xffff; mss += 7)
        for (const char* before : {"", "01"}) {
            const Bytes options =
                joined({from_hex(before), from_hex("0204"), tests::packets::be16(static_cast<std::uint16_t>(mss)),
                        from_hex(*before == 0 ? "" : "010101")});
            const Outcome outcome = clamp(tcp_packet(GetParam(), syn, options));
            ASSERT_EQ(outcome.changed, mss > std::stoul(fitting(), nullptr, 16)) << mss;
            ASSERT_TRUE(tests::packets::transport_checksum_is_right(outcome.packet)) << mss;
        }
}

TEST_P(ClampMss, leaves_what_fits_or_carries_no_such_option_alone) {
    for (const std::string& options : {"0204" + fitting(), std::string("02040218"), std::string(), std::string("0402"),
                                       std::string("00 020405b4"), std::string("0203ff 01")}) {
        const Bytes packet = tcp_packet(GetParam(), syn, from_hex(options));
        const Outcome outcome = clamp(packet);
        EXPECT_FALSE(outcome.changed) << options;
        EXPECT_EQ(outcome.packet, packet) << options;
    }
}

TEST_P(ClampMss, leaves_options_alone_that_are_cut_off_or_have_no_length) {
    for (const char* options : {"010102", "01010204", "010204ff", "0200ffff", "0201ffff", "01010108", "0109ffff"}) {
        const Bytes packet = tcp_packet(GetParam(), syn, from_hex(options));
        const Outcome outcome = clamp(packet);
        EXPECT_FALSE(outcome.changed) << options;
        EXPECT_EQ(outcome.packet, packet) << options;
    }
}

TEST_P(ClampMss, reads_nothing_beyond_a_header_cut_short_or_one_that_lies_about_its_length) {
    const Bytes whole = tcp_packet(GetParam(), syn, from_hex("020405b4"));
    const std::size_t ip = GetParam().source == "192.0.2.1" ? 20 : 40;
    const Bytes tcp(whole.begin() + static_cast<std::ptrdiff_t>(ip), whole.end());
    IpFields fields = GetParam();
    fields.protocol = 6;
    for (std::size_t size = 0; size < tcp.size(); ++size) {
        const Bytes cut(tcp.begin(), tcp.begin() + static_cast<std::ptrdiff_t>(size));
        const Outcome outcome = clamp(ip_packet(fields, cut));
        EXPECT_EQ(outcome.is_syn, size >= 20) << size;
        EXPECT_FALSE(outcome.changed) << size;
    }
    for (const std::uint8_t offset : {0x00, 0x40, 0x70, 0xf0}) {
        Bytes lying = tcp;
        lying[12] = offset;
        EXPECT_FALSE(clamp(ip_packet(fields, lying)).changed) << int{offset};
    }
}

TEST_P(ClampMss, is_only_for_segments_with_syn) {
    EXPECT_TRUE(clamp(tcp_packet(GetParam(), syn | ack, from_hex("020405b4"))).is_syn);
    EXPECT_FALSE(clamp(tcp_packet(GetParam(), ack, from_hex("020405b4"))).is_syn);
    Bytes udp = tcp_packet(GetParam(), syn, from_hex("020405b4"));
    udp[GetParam().source == "192.0.2.1" ? 9 : 6] = 17;
    EXPECT_FALSE(clamp(udp).is_syn);
}

INSTANTIATE_TEST_SUITE_P(both_families, ClampMss, ::testing::Values(IpFields{}, tests::packets::v6_fields()));

TEST(ClampMssIpv4, is_not_for_later_fragments_and_finds_tcp_behind_ip_options) {
    IpFields later;
    later.flags_fragment = 0x0010;
    EXPECT_FALSE(clamp(tcp_packet(later, syn, from_hex("020405b4"))).is_syn);

    Bytes packet = tcp_packet(IpFields{}, syn, from_hex("020405b4"));
    packet[0] = 0x46;
    packet[3] = static_cast<std::uint8_t>(packet[3] + 4);
    packet.insert(packet.begin() + 20, {1, 1, 1, 1});
    const Outcome outcome = clamp(packet);
    EXPECT_TRUE(outcome.changed);
    EXPECT_EQ(to_hex(std::span(outcome.packet).last(4)), "02040550");
}

TEST(ClampMssIpv6, finds_tcp_behind_extension_headers_and_not_in_later_fragments) {
    using namespace tests::packets;
    const Bytes plain = tcp_packet(v6_fields(), syn, from_hex("020405b4"));
    const std::vector<ExtensionHeader> behind{{hop_by_hop}, {routing, 24}, {fragment_header, 8, 0x0001}};
    const Outcome outcome = clamp(with_extension_headers(plain, behind));
    EXPECT_TRUE(outcome.changed);
    EXPECT_EQ(to_hex(outcome.packet), to_hex(with_extension_headers(clamp(plain).packet, behind)));

    EXPECT_FALSE(clamp(with_extension_headers(plain, {{fragment_header, 8, 0x0008}})).is_syn);
    EXPECT_FALSE(clamp(with_extension_headers(plain, std::vector(9, ExtensionHeader{hop_by_hop}))).is_syn);
}

}  // namespace
}  // namespace ropewalk::dataplane::headers
