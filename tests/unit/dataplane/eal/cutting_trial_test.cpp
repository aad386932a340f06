#include "dataplane/eal/cutting_trial.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/packets/bytes.hpp"
#include "tests/packets/internet_checksum.hpp"

namespace ropewalk::dataplane::eal {
namespace {

using config::Family;
using tests::packets::Bytes;
using tests::packets::read_be16;
using tests::packets::set_be16;

constexpr std::uint16_t trial_segment = 1000;
constexpr std::size_t before_ip = 14;

/// What a kernel makes of the trial that cuts rightly, written out here without the program's own cutting.
std::vector<ExchangedFrame> cut_rightly(const CuttingTrial& trial) {
    const ExchangedFrame& joined = trial.joined();
    const std::size_t headers = joined.header.hdr_len, udp = joined.header.csum_start;
    const bool is_v4 = udp == before_ip + 20;
    std::vector<ExchangedFrame> parts;
    for (std::size_t at = headers; at < joined.bytes.size(); at += trial_segment) {
        const std::size_t end = std::min(at + trial_segment, joined.bytes.size());
        Bytes part(joined.bytes.begin(), joined.bytes.begin() + static_cast<std::ptrdiff_t>(headers));
        part.insert(part.end(), joined.bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    joined.bytes.begin() + static_cast<std::ptrdiff_t>(end));
        const auto whole = static_cast<std::uint16_t>(part.size() - before_ip);
        set_be16(part, is_v4 ? before_ip + 2 : before_ip + 4, is_v4 ? whole : static_cast<std::uint16_t>(whole - 40));
        if (is_v4) {
            set_be16(part, before_ip + 4, static_cast<std::uint16_t>(parts.size()));
            set_be16(part, before_ip + 10, 0);
            set_be16(part, before_ip + 10,
                     tests::packets::internet_checksum(Bytes(part.begin() + before_ip, part.begin() + before_ip + 20)));
        }
        set_be16(part, udp + 4, static_cast<std::uint16_t>(part.size() - udp));
        set_be16(part, udp + 6, 0);
        const Bytes ip(part.begin() + before_ip, part.end());
        set_be16(part, udp + 6, tests::packets::internet_checksum(tests::packets::with_pseudo_header(ip)));
        parts.push_back({.header = {}, .bytes = part});
    }
    return parts;
}

class CuttingTrialOf : public ::testing::TestWithParam<std::tuple<Family, std::uint16_t>> {
protected:
    CuttingTrial trial{std::get<0>(GetParam()), trial_segment, std::get<1>(GetParam())};
    std::vector<ExchangedFrame> arrived = cut_rightly(trial);
    std::size_t udp = trial.joined().header.csum_start;

    std::string fault() const { return trial.fault_of(arrived).value_or("none"); }
};

INSTANTIATE_TEST_SUITE_P(shapes, CuttingTrialOf,
                         ::testing::Combine(::testing::Values(Family::ipv4, Family::ipv6),
                                            ::testing::Values(4 * trial_segment, 3 * trial_segment + 77)));

TEST_P(CuttingTrialOf, finds_nothing_wrong_with_what_is_right) {
    EXPECT_EQ(trial.parts(), 4U);
    EXPECT_EQ(fault(), "none");
    for (const ExchangedFrame& part : arrived) EXPECT_TRUE(trial.is_ours(part.bytes));
    EXPECT_FALSE(trial.is_ours(Bytes(60)));
    EXPECT_FALSE(trial.is_ours(Bytes(8)));
}

TEST_P(CuttingTrialOf, takes_a_checksum_that_the_kernel_leaves_undone) {
    for (ExchangedFrame& part : arrived) {
        const Bytes ip(part.bytes.begin() + before_ip, part.bytes.end());
        const Bytes summed = tests::packets::with_pseudo_header(ip);
        const auto pseudo = std::span(summed).first(summed.size() - (part.bytes.size() - udp));
        set_be16(part.bytes, udp + 6, static_cast<std::uint16_t>(~tests::packets::internet_checksum(pseudo)));
        part.header.flags = OffloadHeader::checksum_is_partial;
        part.header.csum_start = static_cast<std::uint16_t>(udp);
        part.header.csum_offset = 6;
    }
    EXPECT_EQ(fault(), "none");
    arrived[2].bytes[udp + 7] ^= 1;
    EXPECT_EQ(fault(), fmt::format("part 3 of 4 differs at byte {}", udp + 7));
}

/// As Linux 7.0 does: the lengths are those of the whole.
TEST_P(CuttingTrialOf, sees_a_last_part_with_another_length) {
    set_be16(arrived[3].bytes, udp + 4, read_be16(trial.joined().bytes, udp + 4));
    EXPECT_EQ(fault(), fmt::format("part 4 of 4 differs at byte {}", udp + 4));
}

TEST_P(CuttingTrialOf, sees_a_checksum_that_is_wrong) {
    arrived[3].bytes[udp + 6] ^= 0x80;
    EXPECT_EQ(fault(), fmt::format("part 4 of 4 differs at byte {}", udp + 6));
}

TEST_P(CuttingTrialOf, sees_a_part_of_another_size) {
    const std::size_t size = arrived[1].bytes.size();
    arrived[1].bytes.pop_back();
    EXPECT_EQ(fault(), fmt::format("part 2 of 4 arrived with {} bytes in place of {}", size - 1, size));
}

TEST_P(CuttingTrialOf, sees_parts_that_are_missing_or_too_many) {
    arrived.push_back(arrived[0]);
    EXPECT_EQ(fault(), "5 parts arrived of 4");
    arrived.resize(2);
    EXPECT_EQ(fault(), "2 parts arrived of 4");
    arrived.clear();
    EXPECT_EQ(fault(), "0 parts arrived of 4");
}

TEST_P(CuttingTrialOf, sees_what_was_not_cut) {
    EXPECT_EQ(trial.fault_of(std::vector{trial.joined()}), "it arrived uncut");
}

TEST_P(CuttingTrialOf, sees_an_order_that_changed) {
    std::swap(arrived[0], arrived[1]);
    EXPECT_NE(fault(), "none");
}

}  // namespace
}  // namespace ropewalk::dataplane::eal
