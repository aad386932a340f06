#include "dataplane/eal/coalescer.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/packets/coalesced.hpp"
#include "tests/packets/internet_checksum.hpp"
#include "tests/packets/super_packets.hpp"

namespace ropewalk::dataplane::eal {
namespace {

using namespace tests::packets;

constexpr Coalescer::Rules inside{0, true, true, false, 64};

std::vector<SuperOf> coalesced(const std::vector<Bytes>& packets) {
    return tests::packets::coalesced(packets, inside);
}

std::vector<Bytes> tcp_run(Segment segment, unsigned count, std::size_t payload = 1000) {
    std::vector<Bytes> packets;
    for (unsigned i = 0; i < count; ++i) {
        packets.push_back(tcp_segment(segment, pattern(payload, i)));
        segment.sequence += static_cast<std::uint32_t>(payload);
        ++segment.identification;
    }
    return packets;
}

class Coalesce : public ::testing::TestWithParam<bool> {
protected:
    Segment segment() const {
        Segment segment;
        segment.is_v6 = GetParam();
        return segment;
    }
    /// The second of two segments that would be joined, but for a change; whether they still are.
    bool joined_after(auto change) const {
        Segment second = segment();
        second.sequence += 1000;
        second.identification += 1;
        change(second);
        const std::vector<Bytes> packets = {tcp_segment(segment(), pattern(1000, 1)),
                                            tcp_segment(second, pattern(1000, 2))};
        const auto out = coalesced(packets);
        EXPECT_TRUE(cut_again(out) == packets);
        return out.size() == 1;
    }
};

TEST_P(Coalesce, joins_consecutive_segments_into_one_that_cuts_into_the_same) {
    const std::vector<Bytes> packets = tcp_run(segment(), 20);
    const auto out = coalesced(packets);
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].header.gso_size, 1000);
    EXPECT_EQ(out[0].header.gso_type, GetParam() ? OffloadHeader::tcp_v6 : OffloadHeader::tcp_v4);
    EXPECT_TRUE(ip_checksum_is_right(out[0].bytes));
    EXPECT_TRUE(cut_again(out) == packets);
}

TEST_P(Coalesce, joins_datagrams_of_one_size_and_a_shorter_last_one) {
    std::vector<Bytes> packets;
    for (const std::size_t size : {700, 700, 700, 20, 700}) {
        Segment datagram = segment();
        datagram.identification = static_cast<std::uint16_t>(packets.size() % 4);
        packets.push_back(udp_segment(datagram, pattern(size, packets.size())));
    }
    const auto out = coalesced(packets);
    ASSERT_EQ(out.size(), 2U) << "what follows a short one begins anew";
    EXPECT_EQ(out[0].header.gso_type, OffloadHeader::udp_datagrams);
    EXPECT_TRUE(cut_again(out) == packets);
}

TEST_P(Coalesce, keeps_flows_apart_that_alternate) {
    Segment a = segment(), b = segment();
    b.source_port = 4001;
    std::vector<Bytes> packets, wanted;
    const auto of_a = tcp_run(a, 5), of_b = tcp_run(b, 5);
    for (unsigned i = 0; i < 5; ++i) {
        packets.push_back(of_a[i]);
        packets.push_back(of_b[i]);
    }
    wanted = of_a;
    wanted.insert(wanted.end(), of_b.begin(), of_b.end());
    const auto out = coalesced(packets);
    EXPECT_EQ(out.size(), 2U);
    EXPECT_TRUE(cut_again(out) == wanted);
}

TEST_P(Coalesce, does_not_join_what_differs) {
    EXPECT_TRUE(joined_after([](Segment&) {}));
    EXPECT_FALSE(joined_after([](Segment& second) { second.sequence += 1; })) << "a gap";
    EXPECT_FALSE(joined_after([](Segment& second) { second.sequence -= 1000; })) << "sent again";
    EXPECT_FALSE(joined_after([](Segment& second) { second.acknowledgement += 1; }));
    EXPECT_FALSE(joined_after([](Segment& second) { second.window += 1; }));
    EXPECT_FALSE(joined_after([](Segment& second) { second.timestamp += 1; })) << "options";
    EXPECT_FALSE(joined_after([](Segment& second) { second.traffic_class = 3; })) << "ECN";
    EXPECT_FALSE(joined_after([](Segment& second) { second.time_to_live = 63; }));
    for (const int flag : {0x02, 0x04, 0x20, 0x40, 0x80})  // SYN RST URG ECE CWR
        EXPECT_FALSE(joined_after([&](Segment& second) { second.flags |= static_cast<std::uint8_t>(flag); })) << flag;
    if (GetParam()) return;
    EXPECT_FALSE(joined_after([](Segment& second) { second.dont_fragment = false; }));
}

TEST_P(Coalesce, a_flag_of_its_own_keeps_the_first_alone_too) {
    for (const int flag : {0x01, 0x02, 0x04, 0x08, 0x20, 0x80}) {
        Segment first = segment(), second = segment();
        first.flags |= static_cast<std::uint8_t>(flag);
        second.sequence += 1000;
        const std::vector<Bytes> packets = {tcp_segment(first, pattern(1000, 1)),
                                            tcp_segment(second, pattern(1000, 2))};
        EXPECT_EQ(coalesced(packets).size(), 2U) << flag;
    }
}

TEST_P(Coalesce, push_and_fin_end_a_group_and_are_its_own) {
    for (const int flag : {0x01, 0x08}) {
        std::vector<Bytes> packets = tcp_run(segment(), 4);
        Segment second = segment();
        second.sequence += 1000;
        second.identification += 1;
        second.flags |= static_cast<std::uint8_t>(flag);
        packets[1] = tcp_segment(second, pattern(1000, 1));
        const auto out = coalesced(packets);
        EXPECT_EQ(out.size(), 2U);
        EXPECT_TRUE(cut_again(out) == packets);
    }
}

TEST_P(Coalesce, an_acknowledgement_without_data_is_not_overtaken) {
    std::vector<Bytes> packets = tcp_run(segment(), 4);
    Segment pure = segment();
    pure.sequence += 2000;
    packets.insert(packets.begin() + 2, tcp_segment(pure, {}));
    const auto out = coalesced(packets);
    EXPECT_EQ(out.size(), 3U);
    EXPECT_TRUE(cut_again(out) == packets);
}

TEST_P(Coalesce, a_damaged_packet_stays_damaged_and_alone) {
    for (const std::size_t which : {0U, 1U, 2U, 3U}) {
        std::vector<Bytes> packets = tcp_run(segment(), 4);
        packets[which].back() ^= 1;
        EXPECT_TRUE(cut_again(coalesced(packets)) == packets) << which;
        if (GetParam()) continue;
        packets = tcp_run(segment(), 4);
        packets[which][10] ^= 1;
        EXPECT_TRUE(cut_again(coalesced(packets)) == packets) << "IP header of " << which;
    }
}

TEST_P(Coalesce, a_datagram_without_checksum_stays_without) {
    std::vector<Bytes> packets;
    for (unsigned i = 0; i < 3; ++i) {
        packets.push_back(udp_segment(segment(), pattern(500, i)));
        const std::size_t field = GetParam() ? 46 : 26;
        packets[i][field] = packets[i][field + 1] = 0;
    }
    EXPECT_EQ(coalesced(packets).size(), 3U);
}

TEST_P(Coalesce, groups_end_before_lengths_overflow_or_the_limit_is_passed) {
    for (const std::size_t payload : {1428U, 10U}) {
        const std::vector<Bytes> packets = tcp_run(segment(), 120, payload);
        const auto out = coalesced(packets);
        EXPECT_EQ(out.size(), payload == 10 ? 2U : 3U);
        for (const SuperOf& super : out) EXPECT_LE(super.bytes.size(), largest_super_packet);
        EXPECT_TRUE(cut_again(out) == packets);
    }
}

TEST_P(Coalesce, whatever_is_mixed_every_flow_keeps_its_packets_and_their_order) {
    std::mt19937 dice(1);
    for (unsigned round = 0; round < 300; ++round) {
        std::vector<Bytes> packets;
        std::array<Segment, 12> flows;
        for (unsigned flow = 0; flow < flows.size(); ++flow) {
            flows[flow] = segment();
            flows[flow].source_port = static_cast<std::uint16_t>(4000 + flow);
        }
        while (packets.size() < 100) {
            Segment& flow = flows[dice() % (round % flows.size() + 1)];
            const bool is_udp = flow.source_port % 2 == 0;
            const std::size_t size = dice() % 10 == 0 ? dice() % 300 : 300;
            flow.flags = dice() % 12 == 0 ? static_cast<std::uint8_t>(dice() & 0xdb) : 0x10;
            if (dice() % 40 == 0) flow.traffic_class = static_cast<std::uint8_t>(dice());
            packets.push_back(is_udp ? udp_segment(flow, pattern(size, dice()))
                                     : tcp_segment(flow, pattern(size, dice())));
            flow.sequence += static_cast<std::uint32_t>(size);
            // What may not be fragmented may get the next number instead of its own, where one was damaged between.
            if (dice() % 30 == 0)
                packets.back()[dice() % packets.back().size()] ^= 4;
            else
                ++flow.identification;
        }
        EXPECT_TRUE(by_flow(cut_again(coalesced(packets))) == by_flow(packets)) << round;
    }
}

INSTANTIATE_TEST_SUITE_P(both_families, Coalesce, ::testing::Bool());

TEST(CoalesceIpv4, what_may_be_fragmented_keeps_its_numbers) {
    Segment segment;
    segment.dont_fragment = false;
    segment.identification = 0xffff;
    std::vector<Bytes> packets = tcp_run(segment, 3);
    EXPECT_EQ(coalesced(packets).size(), 1U);
    EXPECT_TRUE(cut_again(coalesced(packets)) == packets);
    std::swap(packets[1], packets[2]);
    for (Bytes& packet : packets) EXPECT_TRUE(ip_checksum_is_right(packet));
    EXPECT_TRUE(cut_again(coalesced(packets)) == packets);
}

TEST(CoalesceIpv4, a_fragment_is_overtaken_by_nothing) {
    std::vector<Bytes> packets = tcp_run(Segment{}, 4);
    Bytes fragment = packets[2];
    fragment[6] = 0x20;
    packets.insert(packets.begin() + 2, fragment);
    const auto out = coalesced(packets);
    EXPECT_EQ(out.size(), 3U);
    EXPECT_TRUE(cut_again(out) == packets);
}

TEST(CoalesceRules, what_the_kernel_does_not_take_goes_by_itself) {
    const std::vector<Bytes> segments = tcp_run(Segment{}, 3);
    EXPECT_EQ(tests::packets::coalesced(segments, {0, false, true, false, 64}).size(), 3U);
    const std::vector<Bytes> datagrams(3, udp_segment(Segment{}, pattern(100, 1)));
    EXPECT_EQ(tests::packets::coalesced(datagrams, {0, true, false, false, 64}).size(), 3U);
}

TEST(CoalesceFrames, copies_of_one_path_are_joined_whatever_their_checksums_are) {
    Segment copy;
    std::vector<Bytes> frames;
    for (unsigned i = 0; i < 4; ++i) {
        Bytes packet = udp_segment(copy, pattern(1000, i));
        packet[26] = packet[27] = 0x77;
        frames.push_back(joined({pattern(14, i == 3 ? 2 : 1), packet}));
    }
    const auto out = tests::packets::coalesced(frames, {14, false, true, true, 64});
    ASSERT_EQ(out.size(), 2U) << "the last one has another Ethernet header";
    EXPECT_EQ(out[0].header.csum_start, 34);
    EXPECT_EQ(out[0].header.hdr_len, 42);
    EXPECT_EQ(out[0].bytes.size(), 42 + 3000U);
}

TEST(CoalesceFrames, copies_without_a_checksum_leave_without_one_and_so_by_themselves) {
    std::vector<Bytes> frames;
    for (unsigned i = 0; i < 4; ++i) {
        Bytes packet = udp_segment(Segment{}, pattern(1000, i));
        packet[26] = packet[27] = 0;
        frames.push_back(joined({pattern(14, 1), packet}));
    }
    const auto out = tests::packets::coalesced(frames, {14, false, true, true, 64});
    ASSERT_EQ(out.size(), 4U);
    for (std::size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i].bytes, frames[i]);
}

}  // namespace
}  // namespace ropewalk::dataplane::eal
