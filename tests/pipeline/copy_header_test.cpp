#include <algorithm>

#include "tests/pipeline/fixture.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using packets::Bytes;

/// The eight bytes outside the seal: they feed statistics, and nothing that stands there decides over delivery.
class CopyHeaderTest : public TwoGateways {
protected:
    void SetUp() override { start(); }

    std::size_t header() const { return esp_offset(shape) - 8; }
    std::uint32_t path_sequence(const Frame& frame) const {
        return packets::read_be32(frame.bytes, header() + 1) & 0xffffff;
    }
    Frame with(Frame frame, std::size_t offset, const Bytes& bytes) const {
        std::copy(bytes.begin(), bytes.end(), frame.bytes.begin() + static_cast<std::ptrdiff_t>(header() + offset));
        return frame;
    }
    /// Path 1's copies of that many packets.
    std::vector<Frame> first_path(std::uint64_t packets) {
        std::vector<Frame> frames;
        for (std::uint64_t i = 0; i < packets; ++i) frames.push_back(copies_of(inner(i)).front());
        return frames;
    }
};

TEST_F(CopyHeaderTest, carries_path_flags_a_sequence_of_the_path_and_the_time) {
    edge->context().now_ns = 123'456'789'000;
    for (std::uint32_t expected = 0; expected < 4; ++expected) {
        const auto copies = copies_of(inner(expected));
        for (unsigned path = 1; path <= 3; ++path) {
            const auto bytes = std::span(copies[path - 1].bytes).subspan(header(), 8);
            EXPECT_EQ(bytes[0], path);
            EXPECT_EQ(packets::read_be32(bytes, 1), 0x8100'0000U | expected) << "flags and sequence";
            EXPECT_EQ(packets::read_be32(bytes, 4) & 0xffffff, 123'456'789'000 / 50'000 & 0xffffff);
        }
    }
}

TEST_F(CopyHeaderTest, says_nothing_of_other_paths_where_there_is_one) {
    GatewayShape one_path;
    one_path.paths = 1;
    start(one_path);
    EXPECT_EQ(copies_of(inner(1)).front().bytes[header() + 1], 0x01);
}

TEST_F(CopyHeaderTest, any_damage_to_it_costs_no_packet) {
    std::uint64_t seed = 0;
    for (std::size_t bit = 0; bit < 64; ++bit) {
        const Bytes packet = inner(++seed);
        Frame frame = copies_of(packet).front();
        frame.bytes[header() + bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        carry({frame});
        ASSERT_EQ(hub->take_delivered(), std::vector<Bytes>{packet}) << "bit " << bit;
    }
    for (const char* header_text : {"ffffffffffffffff", "0001000000000000", "0100000000000000", "c801abcdefabcdef"}) {
        const Bytes packet = inner(++seed);
        carry({with(copies_of(packet).front(), 0, packets::from_hex(header_text))});
        ASSERT_EQ(hub->take_delivered(), std::vector<Bytes>{packet}) << header_text;
    }
}

TEST_F(CopyHeaderTest, with_its_first_four_bytes_zero_it_looks_like_a_handshake) {
    const auto copies = copies_of(inner(1));
    carry({with(copies[0], 0, Bytes(4)), copies[1]});
    EXPECT_EQ(hub->dropped(DropReason::handshake_ignored), 1U);
    EXPECT_EQ(hub->take_delivered().size(), 1U) << "that is why flags are never zero";
}

TEST_F(CopyHeaderTest, an_unknown_path_id_is_counted_on_no_path) {
    carry({with(copies_of(inner(1)).front(), 0, Bytes{200})});
    EXPECT_EQ(hub->take_delivered().size(), 1U);
    for (unsigned path = 1; path <= 3; ++path) {
        EXPECT_EQ(hub->path_counters(path).rx_copies.get(), 0U);
        EXPECT_EQ(hub->path_counters(path).rx_first.get(), 0U);
    }
}

TEST_F(CopyHeaderTest, copies_lost_on_a_path_are_missing_there_and_a_late_one_no_more) {
    const std::vector<Frame> frames = first_path(10);
    carry({frames[0], frames[1], frames[5]});
    EXPECT_EQ(hub->path_counters(1).rx_missing.get(), 3U);
    carry({frames[3]});
    EXPECT_EQ(hub->path_counters(1).rx_missing.get(), 2U);
    carry({frames[9]});
    EXPECT_EQ(hub->path_counters(1).rx_missing.get(), 5U);
    EXPECT_EQ(hub->path_counters(2).rx_missing.get(), 0U);
    EXPECT_EQ(hub->take_delivered().size(), 5U);
}

TEST_F(CopyHeaderTest, a_forged_path_sequence_disturbs_the_statistics_of_that_path_only) {
    const std::vector<Frame> frames = first_path(3);
    carry({frames[0], with(frames[1], 2, packets::from_hex("7fffff")), frames[2]});
    EXPECT_EQ(hub->take_delivered().size(), 3U);
    EXPECT_EQ(hub->path_counters(1).rx_missing.get(), 0U) << "leaps are no losses";
}

TEST_F(CopyHeaderTest, the_path_sequence_wraps_at_24_bits) {
    edge->context().senders[edge->tunnel().paths[0].slot].reserve((1U << 24) - 2);
    const std::vector<Frame> frames = first_path(5);
    EXPECT_EQ(path_sequence(frames[1]), 0xffffffU);
    EXPECT_EQ(path_sequence(frames[2]), 0U);
    carry(frames);
    EXPECT_EQ(hub->take_delivered().size(), 5U);
    EXPECT_EQ(hub->path_counters(1).rx_missing.get(), 0U);
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
