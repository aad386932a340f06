#include <algorithm>

#include "tests/pipeline/fixture.hpp"
#include "tests/pipeline/forged_frame.hpp"
#include "tests/pipeline/static_keys.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using packets::Bytes;
using Verdict = dataplane::tunnel::Window::Verdict;

constexpr std::size_t esp_header = 16;

/// Both ways of arriving: the damaged copy in the burst of the good one, or in one before.
enum class Arrival : std::uint8_t { together, apart };

class DamagedCopies : public TwoGateways, public ::testing::WithParamInterface<Arrival> {
protected:
    void SetUp() override {
        GatewayShape wanted;
        wanted.ports = GatewayShape::Ports::shared;
        start(wanted);
    }
    void arrive(const std::vector<Frame>& frames) {
        if (GetParam() == Arrival::together) {
            carry_together(frames);
        } else {
            carry(frames);
        }
    }
    Frame damaged(Frame frame, std::size_t offset, std::uint8_t mask = 0x10) const {
        frame.bytes[offset] ^= mask;
        return frame;
    }
    std::uint64_t sequence_of(const Frame& frame) const { return packets::read_be64(sealed_part(shape, frame), 8); }
};

TEST_P(DamagedCopies, a_damaged_first_copy_leaves_the_way_free_for_the_good_one_wherever_it_is_damaged) {
    const std::size_t size = copies_of(inner(0, 40)).front().bytes.size();
    for (std::size_t offset = esp_offset(shape) + esp_header; offset < size; ++offset) {
        const Bytes packet = inner(offset, 40);
        const auto copies = copies_of(packet);
        arrive({damaged(copies[0], offset), copies[1], copies[2]});
        ASSERT_EQ(hub->take_delivered(), std::vector<Bytes>{packet}) << "byte " << offset;
    }
    const std::uint64_t packets = size - esp_offset(shape) - esp_header;
    EXPECT_EQ(hub->dropped(DropReason::authentication_failed), packets);
    EXPECT_EQ(hub->dropped(DropReason::duplicate), packets);
    EXPECT_EQ(hub->path_counters(1).rx_refused.get(), packets);
    EXPECT_EQ(hub->path_counters(1).rx_first.get(), 0U);
    EXPECT_EQ(hub->path_counters(2).rx_first.get(), packets);
    EXPECT_EQ(hub->path_counters(3).rx_duplicate.get(), packets);
}

TEST_P(DamagedCopies, two_damaged_copies_before_the_good_one) {
    const Bytes packet = inner(1);
    const auto copies = copies_of(packet);
    arrive({damaged(copies[0], copies[0].bytes.size() - 1), damaged(copies[1], esp_offset(shape) + esp_header),
            copies[2]});
    EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{packet});
    EXPECT_EQ(hub->dropped(DropReason::authentication_failed), 2U);
    EXPECT_EQ(hub->dropped_in_all(), 2U);
}

TEST_P(DamagedCopies, all_copies_damaged_mark_nothing_and_the_same_bytes_again_still_pass) {
    const Bytes packet = inner(1);
    const auto copies = copies_of(packet);
    std::vector<Frame> broken;
    for (const Frame& copy : copies) broken.push_back(damaged(copy, copy.bytes.size() - 5));
    arrive(broken);
    EXPECT_TRUE(hub->take_delivered().empty());
    EXPECT_EQ(hub->dropped(DropReason::authentication_failed), 3U);
    EXPECT_EQ(hub->tunnel().state->window.newest(), 0U) << "nothing has authenticated yet";
    EXPECT_EQ(hub->tunnel().state->window.check(sequence_of(copies[0])), Verdict::fresh);
    arrive(copies);
    EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{packet});
}

TEST_P(DamagedCopies, a_damaged_copy_behind_the_good_one_is_never_opened) {
    const auto copies = copies_of(inner(1));
    arrive({copies[0], damaged(copies[1], copies[1].bytes.size() - 1)});
    EXPECT_EQ(hub->take_delivered().size(), 1U);
    EXPECT_EQ(hub->dropped(DropReason::duplicate), 1U);
    EXPECT_EQ(hub->dropped(DropReason::authentication_failed), 0U);
}

TEST_P(DamagedCopies, a_forged_number_far_ahead_does_not_move_the_window) {
    carry(copies_of(inner(1)));
    const std::uint64_t newest = hub->tunnel().state->window.newest();
    const Bytes packet = inner(2);
    const auto copies = copies_of(packet);
    Frame forged = copies[0];
    const Bytes far = packets::be64(newest + (std::uint64_t{1} << 40));
    std::copy(far.begin(), far.end(), forged.bytes.begin() + static_cast<std::ptrdiff_t>(esp_offset(shape)) + 8);
    std::copy(far.begin() + 4, far.end(), forged.bytes.begin() + static_cast<std::ptrdiff_t>(esp_offset(shape)) + 4);
    arrive({forged, copies[1]});
    EXPECT_EQ(hub->take_delivered().back(), packet);
    EXPECT_EQ(hub->dropped(DropReason::authentication_failed), 1U);
    EXPECT_EQ(hub->tunnel().state->window.newest(), newest + 1);
    EXPECT_EQ(hub->tunnel().state->window.jumped(), 0U);
}

TEST_P(DamagedCopies, a_number_exchanged_between_two_packets_authenticates_neither) {
    const auto frames = sent_for({inner(1), inner(2)});
    Frame first = frames[0], second = frames[1];
    const auto at = static_cast<std::ptrdiff_t>(esp_offset(shape));
    std::swap_ranges(first.bytes.begin() + at, first.bytes.begin() + at + 16, second.bytes.begin() + at);
    arrive({first, second});
    EXPECT_TRUE(hub->take_delivered().empty());
    EXPECT_EQ(hub->dropped(DropReason::authentication_failed), 2U);
}

TEST_P(DamagedCopies, sealed_with_another_key_it_is_refused) {
    auto keys = static_keys("edge", "hub");
    keys.tx_key[31] ^= 1;
    const Bytes esp = forged_esp(keys, shape.cipher, 77, Bytes(32));
    arrive({forged_frame(shape, 1, packets::joined({forged_copy_header(shape, 1, 0), esp}))});
    EXPECT_EQ(hub->dropped(DropReason::authentication_failed), 1U);
}

INSTANTIATE_TEST_SUITE_P(bursts, DamagedCopies, ::testing::Values(Arrival::together, Arrival::apart),
                         [](const auto& arrival) { return arrival.param == Arrival::together ? "together" : "apart"; });

}  // namespace
}  // namespace ropewalk::tests::pipeline
