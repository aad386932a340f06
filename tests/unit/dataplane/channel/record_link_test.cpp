#include "dataplane/channel/record_link.hpp"

#include <memory>

#include <gtest/gtest.h>

#include "config/region/link_text.hpp"
#include "dataplane/channel/announce.hpp"

namespace ropewalk::dataplane::channel {
namespace {

using config::region::DataplaneSection;
using config::region::LinkCode;
using config::region::LinkReason;
using config::region::LinkStatus;
using eal::Link;

constexpr Link up{LinkCode::up, 10'000}, down{LinkCode::down, 0}, silent{};

LinkCode code_of(const LinkStatus& status) {
    return static_cast<LinkCode>(status.code.load());
}

TEST(RecordLink, CountsEachChangeOnce) {
    LinkStatus status{};
    record_link(status, up, 100);
    EXPECT_EQ(code_of(status), LinkCode::up);
    EXPECT_EQ(status.speed_mbit.load(), 10'000);
    EXPECT_EQ(status.changes.get(), 0) << "the first look is no change";
    EXPECT_EQ(status.changed_ns.get(), 100);
    record_link(status, up, 200);
    record_link(status, down, 300);
    record_link(status, down, 400);
    EXPECT_EQ(code_of(status), LinkCode::down);
    EXPECT_EQ(status.speed_mbit.load(), 0);
    EXPECT_EQ(status.changes.get(), 1);
    EXPECT_EQ(status.changed_ns.get(), 300);
    record_link(status, up, 500);
    EXPECT_EQ(status.changes.get(), 2);
}

TEST(RecordLink, ForAnotherSpeedTheLinkWasNeverGone) {
    LinkStatus status{};
    record_link(status, up, 100);
    record_link(status, {LinkCode::up, 1000}, 200);
    EXPECT_EQ(status.speed_mbit.load(), 1000);
    EXPECT_EQ(status.changes.get(), 0);
    EXPECT_EQ(status.changed_ns.get(), 100);
}

TEST(RecordLink, ADeviceThatSaysNoMoreIsUnknown) {
    LinkStatus status{};
    record_link(status, silent, 100);
    EXPECT_EQ(code_of(status), LinkCode::unknown);
    record_link(status, up, 200);
    record_link(status, silent, 300);
    EXPECT_EQ(code_of(status), LinkCode::unknown);
    EXPECT_EQ(status.speed_mbit.load(), 0);
}

TEST(RecordLink, KeepsTheAddressForAsLongAsThereIsAnInterface) {
    constexpr std::array<std::uint8_t, 6> mac{2, 0, 0, 0, 0, 7};
    LinkStatus status{};
    record_link(status, {LinkCode::up, 0, LinkReason::none, mac, 1400}, 100);
    EXPECT_EQ(config::region::address_of(status.address.load()), mac);
    EXPECT_EQ(status.mtu.load(), 1400);
    record_link(status, {LinkCode::down, 0, LinkReason::no_carrier, mac, 1400}, 200);
    EXPECT_EQ(static_cast<LinkReason>(status.reason.load()), LinkReason::no_carrier);
    EXPECT_EQ(config::region::address_of(status.address.load()), mac);
    record_link(status, {LinkCode::down, 0, LinkReason::no_interface}, 300);
    EXPECT_EQ(status.address.load(), 0U);
    EXPECT_EQ(status.mtu.load(), 0);
}

TEST(RecordLink, ANewDataplaneHasLookedAtNothingYet) {
    const auto section = std::make_unique<DataplaneSection>();
    LinkStatus& status = section->links[3];
    record_link(status, up, 100);
    record_link(status, {LinkCode::down, 0, LinkReason::set_down}, 200);
    announce(*section, Life{});
    EXPECT_EQ(code_of(status), LinkCode::unknown);
    EXPECT_EQ(static_cast<LinkReason>(status.reason.load()), LinkReason::none);
    record_link(status, up, 300);
    EXPECT_EQ(status.changes.get(), 1) << "nobody saw it come up";
}

TEST(LinkSentence, SaysWhatIsKnown) {
    constexpr std::array<std::uint8_t, 6> mac{2, 0, 0, 0, 0, 7};
    EXPECT_EQ(link_sentence("wan0", up, ""), "port wan0: link is up, 10 Gbit/s");
    EXPECT_EQ(link_sentence("wan0", {LinkCode::up, 0}, ""), "port wan0: link is up");
    EXPECT_EQ(link_sentence("wan0", {LinkCode::up, 0, LinkReason::none, mac}, ""),
              "port wan0: link is up, Ethernet address 02:00:00:00:00:07");
    EXPECT_EQ(link_sentence("wan0", down, ""), "port wan0: link is down");
    EXPECT_EQ(link_sentence("wan0", {LinkCode::down, 0, LinkReason::no_carrier, mac}, "it has no carrier"),
              "port wan0: link is down: it has no carrier");
    EXPECT_EQ(link_sentence("wan0", silent, ""), "port wan0: link is unknown");
}

TEST(LinkText, EachReasonSaysWhatItIsAbout) {
    using config::region::reason_text;
    EXPECT_EQ(reason_text(LinkReason::none, "eth1"), "");
    for (const auto reason :
         {LinkReason::no_interface, LinkReason::set_down, LinkReason::no_carrier, LinkReason::not_opened})
        EXPECT_NE(reason_text(reason, "eth1").find("interface eth1 "), std::string::npos);
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
