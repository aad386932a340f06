#include <algorithm>
#include <functional>
#include <map>
#include <string>

#include <fmt/format.h>

#include "tests/pipeline/fixture.hpp"
#include "tests/pipeline/forged_frame.hpp"

/// A frame behind another of the same path is recognized by comparison (stages/known_frame.hpp). That must never change
/// what becomes of it.
namespace ropewalk::tests::pipeline {
namespace {

using packets::Bytes;

class KnownFrame : public TwoGateways {
protected:
    /// What became of some frames: counters by name, and how many bytes the users got.
    using Fate = std::map<std::string, std::uint64_t>;
    using Change = std::function<void(Frame&)>;

    void SetUp() override {
        GatewayShape one_port;
        one_port.ports = GatewayShape::Ports::shared;
        start(one_port);
    }

    Frame next_frame() { return copies_of(inner(++seed)).front(); }

    /// Of a burst.
    Fate fate_of(const std::vector<Frame>& burst) {
        Fate fate;
        const auto count = [&](std::uint64_t sign) {
            for (std::size_t i = 0; i < config::region::drop_reason_count; ++i)
                fate[std::string(config::region::drop_reason_texts[i].name)] +=
                    sign * hub->dropped(static_cast<DropReason>(i));
            for (unsigned path = 1; path <= 3; ++path) {
                fate[fmt::format("copies of path {}", path)] += sign * hub->path_counters(path).rx_copies.get();
                fate[fmt::format("bytes of path {}", path)] += sign * hub->path_counters(path).rx_bytes.get();
            }
        };
        count(-std::uint64_t{1});
        hub->from_wan(0, burst);
        count(1);
        for (const Bytes& packet : hub->take_delivered()) fate["delivered bytes"] += packet.size();
        return fate;
    }

    void expect_same_alone_and_behind_a_good_one(const std::string& what, const Change& change) {
        const Frame good = next_frame();
        Frame alone = next_frame(), behind = next_frame();
        change(alone);
        change(behind);
        Fate apart = fate_of({next_frame()});
        for (const auto& [name, count] : fate_of({alone})) apart[name] += count;
        EXPECT_EQ(fate_of({good, behind}), apart) << what;
    }

    std::uint64_t seed = 0;
};

TEST_F(KnownFrame, no_bit_of_the_headers_means_another_thing_behind_a_good_frame) {
    // Up to the low half of the sequence number. Another number is another packet, to be judged by the window.
    for (std::size_t bit = 0; bit < (esp_offset(shape) + 8) * 8; ++bit)
        expect_same_alone_and_behind_a_good_one(fmt::format("bit {} of byte {}", bit % 8, bit / 8), [&](Frame& frame) {
            frame.bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        });
}

TEST_F(KnownFrame, no_length_means_another_thing_behind_a_good_frame) {
    const std::size_t longest = next_frame().bytes.size() + 4;
    for (std::size_t size = 0; size <= longest; ++size) {
        expect_same_alone_and_behind_a_good_one(fmt::format("{} bytes", size),
                                                [&](Frame& frame) { frame.bytes.resize(size); });
        if (size < esp_offset(shape)) continue;
        expect_same_alone_and_behind_a_good_one(fmt::format("{} bytes, lengths that agree", size), [&](Frame& frame) {
            frame.bytes.resize(size);
            repair_lengths(shape, frame);
        });
    }
}

TEST_F(KnownFrame, copies_of_several_paths_in_one_burst_are_counted_where_they_belong) {
    std::vector<Frame> burst;
    for (int packet = 0; packet < 6; ++packet)
        for (const Frame& copy : copies_of(inner(++seed))) burst.push_back(copy);
    const Fate fate = fate_of(burst);
    EXPECT_EQ(fate.at("delivered bytes"), 6U * inner(1).size());
    for (const char* path : {"copies of path 1", "copies of path 2", "copies of path 3"}) EXPECT_EQ(fate.at(path), 6U);
}

TEST_F(KnownFrame, a_frame_in_two_segments_is_refused_behind_a_good_one) {
    rte_mbuf* const good = hub->mbuf_of(next_frame().bytes);
    rte_mbuf* const head = hub->mbuf_of(next_frame().bytes);
    ASSERT_EQ(rte_pktmbuf_chain(head, hub->mbuf_of(Bytes(4))), 0);
    hub->mbufs_from_wan(0, {good, head});
    EXPECT_EQ(hub->dropped(DropReason::outer_malformed), 1U);
    EXPECT_EQ(hub->take_delivered().size(), 1U);
}

TEST_F(KnownFrame, a_frame_of_zeros_with_lengths_that_agree_is_not_for_us_at_the_start_of_a_burst) {
    // All that decides is zero, as in what no frame has been learned into yet.
    const Frame good = next_frame();
    Frame zeros = good;
    std::fill(zeros.bytes.begin() + 6, zeros.bytes.end(), std::uint8_t{0});
    for (const std::size_t at : {16, 17, 38, 39}) zeros.bytes[at] = good.bytes[at];
    const Fate alone = fate_of({zeros});
    for (const auto& [name, count] : alone) EXPECT_EQ(count, name == "not_for_us" ? 1U : 0U) << name;

    // Bytes 4 to 15 read as the numbers of ESP would pass for numbers that agree.
    Frame numbered = zeros;
    std::fill(numbered.bytes.begin(), numbered.bytes.begin() + 8, std::uint8_t{0});
    numbered.bytes[11] = 1;
    EXPECT_EQ(fate_of({numbered}), alone);
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
