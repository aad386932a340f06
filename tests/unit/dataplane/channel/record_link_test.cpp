#include "dataplane/channel/record_link.hpp"

#include <memory>

#include <gtest/gtest.h>

#include "config/region/link_text.hpp"
#include "dataplane/channel/announce.hpp"

namespace ropewalk::dataplane::channel {
namespace {

using config::region::DataplaneSection;
using config::region::LinkCode;
using config::region::LinkStatus;
using eal::Link;

constexpr Link up{LinkCode::up, 10'000}, down{LinkCode::down, 0}, silent{};

LinkCode code_of(const LinkStatus& status) {
    return static_cast<LinkCode>(status.code.load());
}

TEST(RecordLink, TellsAndCountsEachChangeOnce) {
    LinkStatus status{};
    EXPECT_EQ(record_link(status, up, "wan0", 100), "port wan0: link is up, 10 Gbit/s");
    EXPECT_EQ(status.changes.get(), 0) << "the first look is no change";
    EXPECT_EQ(status.changed_ns.get(), 100);
    EXPECT_EQ(record_link(status, up, "wan0", 200), std::nullopt);
    EXPECT_EQ(record_link(status, down, "wan0", 300), "port wan0: link is down");
    EXPECT_EQ(record_link(status, down, "wan0", 400), std::nullopt);
    EXPECT_EQ(code_of(status), LinkCode::down);
    EXPECT_EQ(status.speed_mbit.load(), 0);
    EXPECT_EQ(status.changes.get(), 1);
    EXPECT_EQ(status.changed_ns.get(), 300);
    EXPECT_EQ(record_link(status, {LinkCode::up, 0}, "wan0", 500), "port wan0: link is up") << "no speed is known";
    EXPECT_EQ(status.changes.get(), 2);
}

TEST(RecordLink, AnotherSpeedIsToldButTheLinkWasNeverGone) {
    LinkStatus status{};
    record_link(status, up, "wan0", 100);
    EXPECT_EQ(record_link(status, {LinkCode::up, 1000}, "wan0", 200), "port wan0: link is up, 1 Gbit/s");
    EXPECT_EQ(status.speed_mbit.load(), 1000);
    EXPECT_EQ(status.changes.get(), 0);
    EXPECT_EQ(status.changed_ns.get(), 100);
}

TEST(RecordLink, ADeviceThatSaysNoMoreIsUnknown) {
    LinkStatus status{};
    EXPECT_EQ(record_link(status, silent, "wan0", 100), std::nullopt);
    EXPECT_EQ(code_of(status), LinkCode::unknown);
    record_link(status, up, "wan0", 200);
    EXPECT_EQ(record_link(status, silent, "wan0", 300), "port wan0: link is unknown");
    EXPECT_EQ(code_of(status), LinkCode::unknown);
    EXPECT_EQ(status.speed_mbit.load(), 0);
    EXPECT_EQ(record_link(status, silent, "wan0", 400), std::nullopt);
}

TEST(RecordLink, ANewDataplaneHasLookedAtNothingYet) {
    const auto section = std::make_unique<DataplaneSection>();
    LinkStatus& status = section->links[3];
    record_link(status, up, "wan0", 100);
    record_link(status, down, "wan0", 200);
    announce(*section, Life{});
    EXPECT_EQ(code_of(status), LinkCode::unknown);
    EXPECT_EQ(record_link(status, up, "wan0", 300), "port wan0: link is up, 10 Gbit/s");
    EXPECT_EQ(status.changes.get(), 1) << "nobody saw it come up";
}

TEST(LinkText, SpeedsAreReadable) {
    using config::region::speed_text;
    EXPECT_EQ(speed_text(10), "10 Mbit/s");
    EXPECT_EQ(speed_text(1000), "1 Gbit/s");
    EXPECT_EQ(speed_text(2500), "2.5 Gbit/s");
    EXPECT_EQ(speed_text(400'000), "400 Gbit/s");
    EXPECT_EQ(word_of(LinkCode::unknown), "unknown");
}

}  // namespace
}  // namespace ropewalk::dataplane::channel
