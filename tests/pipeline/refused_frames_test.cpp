#include <algorithm>

#include "tests/packets/internet_checksum.hpp"
#include "tests/pipeline/fixture.hpp"
#include "tests/pipeline/forged_frame.hpp"
#include "tests/pipeline/static_keys.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using packets::be32;
using packets::be64;
using packets::Bytes;
using packets::joined;

constexpr std::size_t ethernet = 14;

/// Frames that must not be delivered, over both families and wires; after each test the good copy still passes.
class RefusedFrames : public TwoGateways, public ::testing::WithParamInterface<std::tuple<int, const char*>> {
protected:
    void SetUp() override {
        GatewayShape wanted;
        std::tie(wanted.outer, wanted.wire) = GetParam();
        start(wanted);
        packet = inner(1, 60);
        good = copies_of(packet).front();
    }
    void TearDown() override {
        carry({good});
        EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{packet}) << "the good copy behind the refused ones";
        TwoGateways::TearDown();
    }

    /// Sends one frame and expects exactly this drop.
    void expect_dropped(DropReason reason, const Frame& frame) {
        const std::uint64_t before = hub->dropped(reason), all = hub->dropped_in_all();
        hub->from_wan(0, {frame});
        EXPECT_EQ(hub->dropped(reason), before + 1);
        EXPECT_EQ(hub->dropped_in_all(), all + 1);
        EXPECT_TRUE(hub->take_delivered().empty());
    }
    Frame with(std::size_t offset, const Bytes& bytes) const {
        Frame frame = good;
        std::copy(bytes.begin(), bytes.end(), frame.bytes.begin() + static_cast<std::ptrdiff_t>(offset));
        return frame;
    }
    Frame cut_to(std::size_t size) const {
        return {good.port, Bytes(good.bytes.begin(), good.bytes.begin() + static_cast<std::ptrdiff_t>(size))};
    }
    /// UDP to the hub's first endpoint.
    Frame udp(const Bytes& payload) const { return forged_frame(shape, 1, payload); }
    Bytes copy_header() const { return forged_copy_header(shape, 1, 0); }
    std::size_t ip_header() const { return shape.outer == 4 ? 20 : 40; }
    std::size_t esp() const { return esp_offset(shape); }

    Bytes packet;
    Frame good;
};

TEST_P(RefusedFrames, cut_at_every_length) {
    for (std::size_t size = 0; size < good.bytes.size(); ++size) {
        const bool has_udp_header = size >= ethernet + ip_header() + 8;
        expect_dropped(has_udp_header ? DropReason::outer_malformed : DropReason::not_for_us, cut_to(size));
    }
}

TEST_P(RefusedFrames, cut_at_every_length_with_lengths_that_agree) {
    for (std::size_t size = ethernet + ip_header() + 8; size < good.bytes.size(); ++size) {
        Frame frame = cut_to(size);
        repair_lengths(shape, frame);
        const std::size_t left = size < esp() ? 0 : size - esp();
        // The smallest ESP packet is header 16, four bytes and ICV 16; it is a multiple of four.
        const bool possible = left >= 36 && left % 4 == 0;
        expect_dropped(possible ? DropReason::authentication_failed : DropReason::esp_malformed, frame);
    }
}

TEST_P(RefusedFrames, longer_than_what_was_sealed) {
    for (std::size_t more = 1; more <= 8; ++more) {
        Frame frame = good;
        frame.bytes.resize(frame.bytes.size() + more);
        repair_lengths(shape, frame);
        expect_dropped(more % 4 == 0 ? DropReason::authentication_failed : DropReason::esp_malformed, frame);
    }
}

TEST_P(RefusedFrames, as_large_as_a_buffer_holds) {
    Frame frame = good;
    frame.bytes.resize(9344, 0x55);
    repair_lengths(shape, frame);
    const bool possible = (frame.bytes.size() - esp()) % 4 == 0;
    expect_dropped(possible ? DropReason::authentication_failed : DropReason::esp_malformed, frame);
}

TEST_P(RefusedFrames, in_two_segments) {
    rte_mbuf* const head = hub->mbuf_of(cut_to(60).bytes);
    rte_mbuf* const tail = hub->mbuf_of(Bytes(good.bytes.begin() + 60, good.bytes.end()));
    ASSERT_EQ(rte_pktmbuf_chain(head, tail), 0);
    hub->mbufs_from_wan(0, {head});
    EXPECT_EQ(hub->dropped(DropReason::outer_malformed), 1U);
}

TEST_P(RefusedFrames, with_an_spi_of_nobody) {
    const std::uint32_t spi = packets::read_be32(good.bytes, esp());
    for (const std::uint32_t other : {spi + 1, spi ^ 0x8000'0000U, 256U, 0xffff'ffffU})
        expect_dropped(DropReason::unknown_spi, with(esp(), be32(other)));
}

TEST_P(RefusedFrames, of_the_hub_s_own_sent_back_to_it) {
    const auto keys = static_keys("hub", "edge");
    expect_dropped(DropReason::unknown_spi,
                   udp(joined({copy_header(), forged_esp(keys, shape.cipher, 77, Bytes(32))})));
}

TEST_P(RefusedFrames, with_a_wrong_ip_version) {
    for (unsigned version = 0; version < 16; ++version) {
        if (version == static_cast<unsigned>(shape.outer)) continue;
        const auto low = static_cast<std::uint8_t>(good.bytes[ethernet] & 0xf);
        expect_dropped(DropReason::outer_malformed,
                       with(ethernet, Bytes{static_cast<std::uint8_t>(version << 4 | low)}));
    }
}

TEST_P(RefusedFrames, to_another_address_port_or_protocol) {
    const std::size_t destination = ethernet + (shape.outer == 4 ? 16 : 24);
    const auto last = destination + (shape.outer == 4 ? 3 : 15);
    expect_dropped(DropReason::not_for_us, with(last, Bytes{200}));
    expect_dropped(DropReason::not_for_us, with(ethernet + ip_header() + 2, packets::be16(4501)));
    expect_dropped(DropReason::not_for_us, with(ethernet + (shape.outer == 4 ? 9 : 6), Bytes{6}));
    expect_dropped(DropReason::not_for_us, with(12, packets::be16(0x0806)));
}

TEST_P(RefusedFrames, that_are_fragments) {
    if (shape.outer == 6) {
        // A fragment header, 44, stands where UDP would.
        expect_dropped(DropReason::outer_fragment, with(ethernet + 6, Bytes{44}));
        return;
    }
    for (const std::uint16_t flags : {0x2000, 0x0001, 0x2001, 0x1fff})
        expect_dropped(DropReason::outer_fragment, with(ethernet + 6, packets::be16(flags)));
}

TEST_P(RefusedFrames, behind_a_non_esp_marker) {
    expect_dropped(DropReason::handshake_ignored, udp(joined({Bytes(4), Bytes(100, 0xaa)})));
    expect_dropped(DropReason::handshake_ignored, udp(Bytes(4)));
    expect_dropped(DropReason::esp_malformed, udp({}));
    expect_dropped(DropReason::esp_malformed, udp(Bytes(3)));
    expect_dropped(DropReason::esp_malformed, udp({0xff}));  // NAT keep-alive, RFC 3948 section 2.3
}

TEST_P(RefusedFrames, whose_iv_and_sequence_number_disagree) {
    const std::uint32_t low = packets::read_be32(good.bytes, esp() + 4);
    const std::uint64_t iv = packets::read_be64(good.bytes, esp() + 8);
    expect_dropped(DropReason::esp_malformed, with(esp() + 4, be32(low + 1)));
    expect_dropped(DropReason::esp_malformed, with(esp() + 8, be64(iv + 1)));
    // The high half is not in the sequence field: such a forgery is left to the ICV.
    expect_dropped(DropReason::authentication_failed, with(esp() + 8, be64(iv ^ std::uint64_t{1} << 33)));
}

TEST_P(RefusedFrames, with_sequence_number_zero) {
    const Bytes esp_packet = forged_esp(static_keys("edge", "hub"), shape.cipher, 0, Bytes(32));
    expect_dropped(DropReason::esp_malformed, udp(joined({copy_header(), esp_packet})));
}

INSTANTIATE_TEST_SUITE_P(families_wires, RefusedFrames,
                         ::testing::Combine(::testing::Values(4, 6), ::testing::Values("ropewalk", "esp")));

TEST_F(TwoGateways, replayed_frames_are_duplicates_for_as_long_as_the_window_reaches) {
    start();
    std::vector<Frame> recorded;
    for (std::uint64_t i = 0; i < 100; ++i) recorded.push_back(copies_of(inner(i)).front());
    carry(recorded);
    EXPECT_EQ(hub->take_delivered().size(), 100U);
    carry(recorded);
    EXPECT_TRUE(hub->take_delivered().empty());
    EXPECT_EQ(hub->dropped(DropReason::duplicate), 100U);

    edge->tunnel().state->sequence.reserve(1 << 16);
    expect_passage(inner(1000));
    const std::uint64_t duplicates = hub->dropped(DropReason::duplicate);
    carry(recorded);
    EXPECT_TRUE(hub->take_delivered().empty());
    EXPECT_EQ(hub->dropped(DropReason::too_old), 100U);
    EXPECT_EQ(hub->dropped(DropReason::duplicate), duplicates);
    EXPECT_EQ(hub->path_counters(1).rx_refused.get(), 100U);
}

/// For control, which tells of it.
TEST_F(TwoGateways, how_far_a_number_is_behind_the_window_is_left) {
    start();
    const Frame early = copies_of(inner(1)).front();
    carry({early});
    hub->take_delivered();
    carry({early});
    EXPECT_EQ(hub->tunnel_signals().behind_ns.get(), 0U) << "a duplicate is not behind";
    constexpr std::uint64_t hour = 3'600'000'000'000;
    edge->tunnel().state->sequence.begin(edge->tunnel().state->sequence.next() + hour, ~std::uint64_t{0} >> 1);
    expect_passage(inner(2));
    EXPECT_EQ(hub->tunnel_signals().behind_ns.get(), 0U) << "nor is one ahead";
    hub->context().now_ns = 5000;
    carry({early});
    EXPECT_EQ(hub->dropped(DropReason::too_old), 1U);
    EXPECT_EQ(hub->tunnel_signals().behind_ns.get(), 5000U);
    EXPECT_EQ(hub->tunnel_signals().behind.get(),
              hub->tunnel().state->window.newest() - packets::read_be64(sealed_part(shape, early), 8));
    EXPECT_GE(hub->tunnel_signals().behind.get(), hour);
}

TEST_F(TwoGateways, a_copy_is_delivered_at_the_edge_of_the_window_and_too_old_behind_it) {
    start();
    auto& sequence = edge->tunnel().state->sequence;
    // The first number of a block of 64, so that the window's edge is known to the number.
    sequence.reserve(64 - sequence.next() % 64);
    const Frame late = copies_of(inner(1)).front();
    const Frame later = copies_of(inner(2)).front();
    const std::uint64_t first = packets::read_be64(sealed_part(shape, late), 8);
    const std::uint64_t window = hub->tunnel().state->window.size() + 64;
    sequence.reserve(first + window - 1 - sequence.next());
    expect_passage(inner(3));
    carry({late});
    EXPECT_EQ(hub->take_delivered().size(), 1U) << "the newest is " << window - 1 << " ahead";
    EXPECT_EQ(hub->tunnel().state->window.largest_age(), window - 1);
    expect_passage(inner(4));
    carry({later});
    EXPECT_TRUE(hub->take_delivered().empty());
    EXPECT_EQ(hub->dropped(DropReason::too_old), 1U);
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
