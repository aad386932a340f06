#include <algorithm>

#include "tests/pipeline/fixture.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using packets::Bytes;
using packets::IpFields;

/// Outer version and inner version.
class TrafficClassByte : public TwoGateways, public ::testing::WithParamInterface<std::tuple<int, int>> {
protected:
    void SetUp() override {
        GatewayShape wanted;
        wanted.outer = std::get<0>(GetParam());
        start(wanted);
    }
    Bytes inner_of_class(unsigned traffic_class) const {
        IpFields fields = std::get<1>(GetParam()) == 4 ? IpFields{} : packets::v6_fields();
        fields.traffic_class = static_cast<std::uint8_t>(traffic_class);
        return packets::packet_of_size(fields, 100, 1);
    }
    std::uint8_t outer_class(const Frame& frame) const {
        if (shape.outer == 4) return frame.bytes[15];
        return static_cast<std::uint8_t>(packets::read_be32(frame.bytes, 14) >> 20);
    }
    void set_outer_class(Frame& frame, unsigned value) const {
        if (shape.outer == 4) {
            frame.bytes[15] = static_cast<std::uint8_t>(value);
            return;
        }
        const Bytes first = packets::be32(6U << 28 | value << 20);
        std::copy(first.begin(), first.end(), frame.bytes.begin() + 14);
    }
    /// What is delivered of a packet whose outer traffic class a router changed.
    std::vector<Bytes> delivered_after(unsigned inner_class, unsigned outer_class) {
        Frame frame = copies_of(inner_of_class(inner_class)).front();
        set_outer_class(frame, outer_class);
        carry({frame});
        return hub->take_delivered();
    }
};

TEST_P(TrafficClassByte, of_the_inner_packet_stands_outside_and_arrives_unchanged) {
    for (unsigned value = 0; value < 256; ++value) {
        const Bytes packet = inner_of_class(value);
        const auto copies = copies_of(packet);
        for (const Frame& copy : copies) EXPECT_EQ(outer_class(copy), value);
        carry(copies);
        // An inner CE under an outer CE, and not-ECT under not-ECT: nothing happened on the way.
        ASSERT_EQ(hub->take_delivered(), std::vector<Bytes>{packet}) << value;
    }
}

TEST_P(TrafficClassByte, a_congestion_mark_of_the_way_reaches_the_inner_packet) {
    constexpr unsigned dscp = 46 << 2;
    EXPECT_EQ(delivered_after(dscp | 2, dscp | 3), std::vector<Bytes>{inner_of_class(dscp | 3)});
    EXPECT_EQ(delivered_after(dscp | 1, dscp | 3), std::vector<Bytes>{inner_of_class(dscp | 3)});
    EXPECT_EQ(delivered_after(dscp | 2, dscp | 1), std::vector<Bytes>{inner_of_class(dscp | 1)});
    EXPECT_TRUE(delivered_after(dscp | 0, dscp | 3).empty());
    EXPECT_EQ(hub->dropped(DropReason::outer_congested), 1U);
    EXPECT_EQ(hub->dropped_in_all(), 1U);
}

TEST_P(TrafficClassByte, a_path_that_marks_everything_takes_nothing_from_the_others) {
    const Bytes packet = inner_of_class(46 << 2);
    auto copies = copies_of(packet);
    set_outer_class(copies.front(), 46 << 2 | 3);
    carry(copies);
    EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{packet}) << "the first copy is lost, the second is not";
    EXPECT_EQ(hub->dropped(DropReason::outer_congested), 1U);
}

TEST_P(TrafficClassByte, a_dscp_changed_on_the_way_stays_outside) {
    EXPECT_EQ(delivered_after(46 << 2 | 2, 10 << 2 | 2), std::vector<Bytes>{inner_of_class(46 << 2 | 2)});
}

INSTANTIATE_TEST_SUITE_P(outer_and_inner, TrafficClassByte,
                         ::testing::Combine(::testing::Values(4, 6), ::testing::Values(4, 6)));

}  // namespace
}  // namespace ropewalk::tests::pipeline
