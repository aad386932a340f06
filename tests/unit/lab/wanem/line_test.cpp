#include "tests/lab/wanem/line.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "tests/lab/wanem/udp_frame.hpp"
#include "tests/packets/inner_packet.hpp"
#include "tests/packets/internet_checksum.hpp"

namespace ropewalk::tests::lab::wanem {
namespace {

using namespace std::chrono_literals;
using tests::packets::be16;
using tests::packets::internet_checksum;
using tests::packets::ip_checksum_is_right;
using tests::packets::ip_packet;
using tests::packets::joined;
using tests::packets::read_be16;
using tests::packets::set_be16;
using tests::packets::transport_checksum_is_right;
using tests::packets::udp_datagram;
using tests::packets::with_pseudo_header;
using Frame = tests::packets::Bytes;

Endpoint endpoint(const char* text) {
    return *config::schema::parse_endpoint(text);
}

const Endpoint near_end = endpoint("198.18.0.1:4500"), far_end = endpoint("198.18.0.2:4500");

/// A frame with right checksums; `payload` bytes of zeros.
Frame udp_frame(const Endpoint& source, const Endpoint& destination, std::size_t payload = 100) {
    const bool is_ipv4 = source.address.family == Family::ipv4;
    Frame packet = ip_packet({to_string(source.address), to_string(destination.address)},
                             udp_datagram(source.udp_port, destination.udp_port, Frame(payload)));
    set_be16(packet, (is_ipv4 ? 20 : 40) + 6, internet_checksum(with_pseudo_header(packet)));
    return joined({Frame(12), be16(is_ipv4 ? 0x0800 : 0x86dd), packet});
}

bool has_right_checksums(const Frame& frame) {
    const auto packet = std::span(frame).subspan(IpFrame::network_at);
    return ip_checksum_is_right(packet) && transport_checksum_is_right(packet);
}

/// What comes out at the other end by `now`.
std::vector<Frame> carried(tests::lab::wanem::Line& line, tests::lab::wanem::End from, Duration now, Frame frame) {
    line.take(from, now, frame);
    std::vector<Frame> out;
    while (auto held = line.from(from).held().take_due(now + 1s)) out.push_back(std::move(held->bytes));
    return out;
}

TEST(WanLine, CarriesBytesUntouched) {
    tests::lab::wanem::Line line({}, 1);
    const Frame frame = udp_frame(near_end, far_end);
    ASSERT_TRUE(has_right_checksums(frame));
    EXPECT_EQ(carried(line, End::near, 0ns, frame), std::vector<Frame>{frame});
    EXPECT_EQ(carried(line, End::far, 0ns, frame), std::vector<Frame>{frame});
}

TEST(WanLine, RebindingChangesThePortAndKeepsChecksumsRight) {
    for (const auto& [inside, outside] :
         {std::pair(near_end, far_end), std::pair(endpoint("[2001:db8::1]:4500"), endpoint("[2001:db8::2]:4500"))}) {
        tests::lab::wanem::Line line({}, 1);
        carried(line, End::near, 0ns, udp_frame(inside, outside));
        tests::lab::wanem::LineSettings settings = line.settings();
        settings.nat_rebinds = 1;
        line.change(settings);
        auto out = carried(line, End::near, 1ms, udp_frame(inside, outside));
        const Endpoint seen = UdpFrame::in(out.at(0))->source();
        EXPECT_EQ(seen.address, inside.address);
        EXPECT_NE(seen.udp_port, inside.udp_port);
        EXPECT_TRUE(has_right_checksums(out.at(0)));

        auto back = carried(line, End::far, 2ms, udp_frame(outside, seen));
        EXPECT_EQ(UdpFrame::in(back.at(0))->destination(), inside);
        EXPECT_TRUE(has_right_checksums(back.at(0)));
        EXPECT_TRUE(carried(line, End::far, 3ms, udp_frame(outside, inside)).empty()) << "the old mapping has ended";
        EXPECT_EQ(line.from(End::far).tally().dropped_for(DropCause::nat_unknown), 1U);
    }
}

TEST(WanLine, RelayChangesAddressAndPortBothWays) {
    tests::lab::wanem::LineSettings settings;
    settings.relay = endpoint("203.0.113.7:65535");
    tests::lab::wanem::Line line(settings, 1);
    auto out = carried(line, End::near, 0ns, udp_frame(near_end, far_end));
    EXPECT_EQ(UdpFrame::in(out.at(0))->source(), *settings.relay);
    EXPECT_TRUE(has_right_checksums(out.at(0)));
    auto back = carried(line, End::far, 0ns, udp_frame(far_end, *settings.relay));
    EXPECT_EQ(UdpFrame::in(back.at(0))->destination(), near_end);
    EXPECT_TRUE(has_right_checksums(back.at(0)));
}

TEST(WanLine, AWrongChecksumStaysWrongAndNoneStaysNone) {
    tests::lab::wanem::LineSettings settings;
    settings.relay = endpoint("203.0.113.7:5000");
    tests::lab::wanem::Line line(settings, 1);
    Frame wrong = udp_frame(near_end, far_end), none = wrong;
    wrong.back() ^= 1U;
    set_be16(none, IpFrame::network_at + 26, 0);
    EXPECT_FALSE(has_right_checksums(carried(line, End::near, 0ns, wrong).at(0)));
    EXPECT_EQ(read_be16(carried(line, End::near, 0ns, none).at(0), IpFrame::network_at + 26), 0);
}

TEST(WanLine, DamageIsOneBitOfThePayload) {
    for (const auto checksum : {LinkSettings::DamagedChecksum::stale, LinkSettings::DamagedChecksum::fixed}) {
        tests::lab::wanem::LineSettings settings;
        settings.upload.corrupt = {Probability::certain};
        settings.upload.corrupt_checksum = checksum;
        tests::lab::wanem::Line line(settings, 1);
        const Frame frame = udp_frame(near_end, far_end);
        auto out = carried(line, End::near, 0ns, frame);
        const auto payload = UdpFrame::in(out.at(0))->payload();
        EXPECT_EQ(std::ranges::count_if(payload, [](std::uint8_t byte) { return byte != 0; }), 1);
        EXPECT_EQ(has_right_checksums(out.at(0)), checksum == LinkSettings::DamagedChecksum::fixed);
        EXPECT_TRUE(std::equal(frame.begin(), frame.begin() + 40, out.at(0).begin()));
    }
}

TEST(WanLine, NeighbourDiscoveryIsLostOnADownLinkOnly) {
    tests::lab::wanem::LineSettings settings;
    settings.upload.loss = {Probability::certain};
    tests::lab::wanem::Line line(settings, 1);
    Frame arp(60, 0);
    set_be16(arp, 12, 0x0806);
    EXPECT_EQ(carried(line, End::near, 0ns, arp).size(), 1U);
    settings.upload.link = LinkSettings::State::down;
    line.change(settings);
    EXPECT_TRUE(carried(line, End::near, 1ms, arp).empty());
}

TEST(WanLine, NoAnswerToWhatNoRouterAnswers) {
    tests::lab::wanem::LineSettings settings;
    settings.upload.mtu = Bytes{100};
    tests::lab::wanem::Line line(settings, 1);
    Frame big = udp_frame(near_end, far_end, 200);
    EXPECT_EQ(line.take(End::near, 0ns, big).size(), IpFrame::network_at + 20U + 8U + 228U);
    Frame may_be_cut = big, error = big, group = big;
    may_be_cut[IpFrame::network_at + 6] = 0;
    error[IpFrame::network_at + 9] = 1;
    error[IpFrame::network_at + 20] = 3;
    group[IpFrame::network_at + 16] = 239;
    for (Frame& frame : {std::ref(may_be_cut), std::ref(error), std::ref(group)}) {
        EXPECT_TRUE(line.take(End::near, 0ns, frame).empty());
    }
    EXPECT_EQ(line.from(End::near).tally().dropped_for(DropCause::too_big), 4U);
    EXPECT_EQ(line.from(End::near).tally().too_big_answers, 1U);
}

TEST(WanLine, EveryFrameIsAccountedForWhateverTheSettings) {
    tests::lab::wanem::LineSettings settings;
    settings.upload = {
        .rate = BitsPerSecond{5'000'000},
        .queue = Duration(20ms),
        .delay = 10ms,
        .jitter = 10ms,
        .order = LinkSettings::Order::reorder,
        .loss = {Probability::certain / 20},
        .burst_loss = tests::lab::wanem::BurstLoss{{Probability::certain / 50}, {Probability::certain / 5}},
        .duplicate = {Probability::certain / 10},
        .corrupt = {Probability::certain / 10},
        .mtu = Bytes{1200}};
    tests::lab::wanem::Line line(settings, 3);
    tests::lab::wanem::Direction& upload = line.from(End::near);
    std::uint64_t out = 0;
    for (int i = 0; i < 20'000; ++i) {
        const Duration now = i * 1ms;
        Frame frame = udp_frame(near_end, far_end, static_cast<std::size_t>(i % 1300));
        line.take(End::near, now, frame);
        while (auto held = upload.held().take_due(now)) ++out;
        std::uint64_t dropped = 0;
        for (const std::uint64_t count : upload.tally().dropped) dropped += count;
        ASSERT_EQ(upload.tally().in.frames + upload.tally().duplicated, out + dropped + upload.held().frames());
    }
    for (const auto cause : {DropCause::too_big, DropCause::queue_full, DropCause::loss, DropCause::burst_loss}) {
        EXPECT_GT(upload.tally().dropped_for(cause), 0U);
    }
}

TEST(WanLine, AFullMemoryDropsAndCounts) {
    tests::lab::wanem::LineSettings settings;
    settings.upload.delay = 60s;
    tests::lab::wanem::Line line(settings, 1);
    Frame frame = udp_frame(near_end, far_end, 60'000);
    const std::uint64_t fit = HeldFrames::most_bytes / frame.size();
    for (std::uint64_t i = 0; i < fit + 10; ++i) line.take(End::near, 0ns, frame);
    EXPECT_EQ(line.from(End::near).tally().dropped_for(DropCause::no_memory), 10U);
}

}  // namespace
}  // namespace ropewalk::tests::lab::wanem
