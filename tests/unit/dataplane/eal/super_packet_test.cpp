#include "dataplane/eal/super_packet.hpp"

#include <gtest/gtest.h>

#include "tests/packets/inner_packet.hpp"
#include "tests/packets/internet_checksum.hpp"
#include "tests/packets/super_packets.hpp"

namespace ropewalk::dataplane::eal {
namespace {

using namespace tests::packets;

constexpr std::uint16_t room = 2048;

std::vector<Bytes> cut_all(const OffloadHeader& header, const Bytes& bytes, std::uint16_t ip_at = 0,
                           SegmentChecksum checksum = SegmentChecksum::computed) {
    std::vector<Bytes> segments;
    auto super = SuperPacket::read(header, bytes, ip_at, room);
    EXPECT_TRUE(super);
    while (super && !super->is_done()) {
        Bytes segment(room);
        segment.resize(super->cut(segment.data(), checksum));
        segments.push_back(segment);
    }
    return segments;
}

Bytes payloads(const std::vector<Bytes>& segments, std::size_t headers) {
    Bytes all;
    for (const Bytes& segment : segments)
        all.insert(all.end(), segment.begin() + static_cast<std::ptrdiff_t>(headers), segment.end());
    return all;
}

struct Shape {
    bool is_v6, is_tcp;
    std::size_t payload;
    std::uint16_t segment;
};

class CutSuperPacket : public ::testing::TestWithParam<Shape> {};

TEST_P(CutSuperPacket, yields_the_bytes_in_whole_packets_with_right_checksums) {
    const Shape shape = GetParam();
    const Bytes payload = pattern(shape.payload, 7);
    const SuperOf super = shape.is_tcp ? super_tcp(shape.is_v6, 0x18, payload, shape.segment)
                                       : super_udp(shape.is_v6, payload, shape.segment);
    const std::vector<Bytes> segments = cut_all(super.header, super.bytes);

    ASSERT_EQ(segments.size(), (shape.payload + shape.segment - 1) / shape.segment);
    EXPECT_EQ(payloads(segments, super.header.hdr_len), payload);
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const Bytes& segment = segments[i];
        EXPECT_TRUE(ip_checksum_is_right(segment)) << i;
        EXPECT_TRUE(transport_checksum_is_right(segment)) << i;
        const std::size_t transport = shape.is_v6 ? 40 : 20;
        EXPECT_EQ(shape.is_v6 ? read_be16(segment, 4) + 40U : read_be16(segment, 2), segment.size());
        if (!shape.is_v6) {
            EXPECT_EQ(read_be16(segment, 4), read_be16(super.bytes, 4) + i);
        }
        if (shape.is_tcp) {
            EXPECT_EQ(read_be32(segment, transport + 4), read_be32(super.bytes, transport + 4) + i * shape.segment);
            EXPECT_EQ(segment[transport + 13], i + 1 == segments.size() ? 0x18 : 0x10);
        } else {
            EXPECT_EQ(read_be16(segment, transport + 4), segment.size() - transport);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(shapes, CutSuperPacket,
                         ::testing::Values(Shape{false, true, 5000, 1388}, Shape{true, true, 5000, 1388},
                                           Shape{false, false, 5000, 1400}, Shape{true, false, 4200, 1400},
                                           Shape{false, true, 1401, 1400}, Shape{false, false, 64000, 1000},
                                           Shape{true, false, 30, 1}, Shape{false, true, 1400, 1400}));

TEST(CutSuperPacketFlags, fin_stays_on_the_last_and_congestion_window_reduced_on_the_first) {
    const SuperOf super = super_tcp(false, 0x80 | 0x40 | 0x10 | 0x08 | 0x01, pattern(3000, 1), 1000);
    const std::vector<Bytes> segments = cut_all(super.header, super.bytes);
    ASSERT_EQ(segments.size(), 3U);
    EXPECT_EQ(segments[0][33], 0x80 | 0x40 | 0x10);
    EXPECT_EQ(segments[1][33], 0x40 | 0x10);
    EXPECT_EQ(segments[2][33], 0x40 | 0x10 | 0x08 | 0x01);
}

TEST(CutSuperPacketFrames, keeps_the_ethernet_header_and_leaves_the_checksum_of_copies_out) {
    SuperOf super = super_udp(false, pattern(2500, 1), 1000);
    const Bytes ethernet = pattern(14, 9);
    const Bytes frame = joined({ethernet, super.bytes});
    super.header.csum_start = static_cast<std::uint16_t>(super.header.csum_start + 14);
    const std::vector<Bytes> segments = cut_all(super.header, frame, 14, SegmentChecksum::left_out);
    ASSERT_EQ(segments.size(), 3U);
    for (const Bytes& segment : segments) {
        EXPECT_EQ(Bytes(segment.begin(), segment.begin() + 14), ethernet);
        EXPECT_EQ(read_be16(segment, 14 + 26), 0);
        EXPECT_TRUE(ip_checksum_is_right(std::span(segment).subspan(14)));
    }
}

TEST(CutSuperPacketFrames, finds_the_transport_header_of_received_ones_that_have_their_checksums) {
    SuperOf super = super_udp(false, pattern(2500, 1), 1000);
    super.header.flags = OffloadHeader::checksum_is_right;
    super.header.csum_start = 0;
    EXPECT_EQ(cut_all(super.header, super.bytes).size(), 3U);
}

TEST(ReadSuperPacket, refuses_what_contradicts_itself) {
    const SuperOf good = super_tcp(false, 0x10, pattern(3000, 1), 1000);
    ASSERT_TRUE(SuperPacket::read(good.header, good.bytes, 0, room));
    const auto refused = [&](auto change) {
        SuperOf bad = good;
        change(bad);
        return !SuperPacket::read(bad.header, bad.bytes, 0, room);
    };
    EXPECT_TRUE(refused([](SuperOf& bad) { bad.header.gso_size = 0; }));
    EXPECT_TRUE(refused([](SuperOf& bad) { bad.header.gso_size = 2048; })) << "a segment that has no room";
    EXPECT_TRUE(refused([](SuperOf& bad) { bad.header.gso_type = OffloadHeader::tcp_v6; }));
    EXPECT_TRUE(refused([](SuperOf& bad) { bad.header.gso_type = OffloadHeader::fragments; })) << "fragments";
    EXPECT_TRUE(refused([](SuperOf& bad) { bad.header.csum_start = 19; }));
    EXPECT_TRUE(refused([](SuperOf& bad) { bad.header.csum_start = 65'000; }));
    EXPECT_TRUE(refused([](SuperOf& bad) { bad.bytes[0] = 0x44; })) << "an IP header too short";
    EXPECT_TRUE(refused([](SuperOf& bad) { bad.bytes[32] = 0x40; })) << "a TCP header too short";
    for (std::size_t size = 0; size <= good.header.hdr_len; ++size)
        EXPECT_TRUE(refused([&](SuperOf& bad) { bad.bytes.resize(size); })) << size;
}

TEST(CompleteChecksum, fills_in_what_the_kernel_left_and_nothing_else) {
    for (const bool is_v6 : {false, true}) {
        const SuperOf super = super_udp(is_v6, pattern(333, 5), 333);
        Bytes packet = super.bytes;
        EXPECT_TRUE(complete_checksum(super.header, packet));
        EXPECT_TRUE(transport_checksum_is_right(packet));
    }
    const SuperOf super = super_udp(false, pattern(100, 5), 100);
    Bytes packet = super.bytes;
    EXPECT_TRUE(complete_checksum(OffloadHeader{}, packet));
    EXPECT_EQ(packet, super.bytes);
    OffloadHeader outside = super.header;
    outside.csum_start = static_cast<std::uint16_t>(packet.size() - 7);
    EXPECT_FALSE(complete_checksum(outside, packet));
}

}  // namespace
}  // namespace ropewalk::dataplane::eal
