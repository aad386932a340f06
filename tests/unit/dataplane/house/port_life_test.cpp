#include "dataplane/house/port_life.hpp"

#include <gtest/gtest.h>

namespace ropewalk::dataplane::house {
namespace {

using config::region::LinkCode;
using config::region::LinkReason;
using eal::InterfaceState;
using Step = PortLife::Step;

constexpr std::uint64_t ms = 1'000'000;
constexpr std::array<std::uint8_t, 6> address{2, 0, 0, 0, 0, 7};

InterfaceState up(unsigned index) {
    return {
        .index = index, .is_set_up = true, .has_carrier = true, .address = address, .mtu = 1400, .speed_mbit = 1000};
}
InterfaceState without_carrier(unsigned index) {
    InterfaceState state = up(index);
    state.has_carrier = false;
    return state;
}
InterfaceState set_down(unsigned index) {
    InterfaceState state = without_carrier(index);
    state.is_set_up = false;
    return state;
}
const InterfaceState gone;

/// A port on the interface of that index.
PortLife on(unsigned index) {
    PortLife life;
    EXPECT_EQ(life.next(up(index), 0, 0), Step::take_up);
    life.took_up();
    return life;
}

TEST(PortLife, WaitsForAnInterfaceThatIsNotThere) {
    PortLife life;
    EXPECT_EQ(life.next(gone, 0, 0), Step::none);
    EXPECT_EQ(life.link(gone).code, LinkCode::down);
    EXPECT_EQ(life.link(gone).reason, LinkReason::no_interface);
    EXPECT_EQ(life.link(gone).address, std::nullopt);
    EXPECT_EQ(life.next(set_down(3), 0, 10 * ms), Step::none) << "whoever makes one sets it up when it is ready";
    EXPECT_EQ(life.link(set_down(3)).reason, LinkReason::set_down);
    EXPECT_EQ(life.next(without_carrier(3), 0, 20 * ms), Step::take_up);
    life.took_up();
    EXPECT_EQ(life.link(without_carrier(3)).reason, LinkReason::no_carrier);
    EXPECT_EQ(life.next(up(3), 3, 30 * ms), Step::none);
    const eal::Link link = life.link(up(3));
    EXPECT_EQ(link.code, LinkCode::up);
    EXPECT_EQ(link.reason, LinkReason::none);
    EXPECT_EQ(link.speed_mbit, 1000U);
    EXPECT_EQ(link.mtu, 1400U);
    EXPECT_EQ(link.address, address);
}

TEST(PortLife, KeepsAnInterfaceWhoseLinkGoes) {
    PortLife life = on(3);
    EXPECT_EQ(life.next(without_carrier(3), 3, ms), Step::none);
    EXPECT_EQ(life.link(without_carrier(3)).code, LinkCode::down);
    EXPECT_EQ(life.link(without_carrier(3)).speed_mbit, 0U);
    EXPECT_EQ(life.next(set_down(3), 3, 2 * ms), Step::none);
    EXPECT_EQ(life.link(set_down(3)).reason, LinkReason::set_down);
    EXPECT_EQ(life.next(up(3), 3, 3 * ms), Step::none);
    EXPECT_EQ(life.link(up(3)).code, LinkCode::up);
}

TEST(PortLife, LetsGoOnceAndTakesUpAgainWhenNobodyIsInIt) {
    PortLife life = on(3);
    EXPECT_EQ(life.next(gone, 0, ms), Step::let_go);
    EXPECT_EQ(life.next(gone, 0, 2 * ms), Step::none);
    EXPECT_EQ(life.next(up(4), 0, 3 * ms), Step::none) << "workers may still be in a call";
    EXPECT_EQ(life.link(up(4)).code, LinkCode::down);
    life.gave_back();
    EXPECT_EQ(life.next(up(4), 0, 4 * ms), Step::take_up);
    life.took_up();
    EXPECT_EQ(life.link(up(4)).code, LinkCode::up);
}

TEST(PortLife, ARenamedInterfaceIsGoneUntilItHasTheNameAgain) {
    PortLife life = on(3);
    EXPECT_EQ(life.next(gone, 3, ms), Step::let_go) << "the port still holds it";
    life.gave_back();
    EXPECT_EQ(life.next(gone, 0, 2 * ms), Step::none);
    EXPECT_EQ(life.next(up(3), 0, 3 * ms), Step::take_up);
}

TEST(PortLife, AnotherInterfaceUnderTheNameIsTakenInPlaceOfTheOld) {
    PortLife life = on(3);
    EXPECT_EQ(life.next(up(4), 3, ms), Step::let_go);
    life.gave_back();
    EXPECT_EQ(life.next(up(4), 0, ms), Step::take_up);
}

TEST(PortLife, SeesAnInterfaceMadeAgainUnderItsOldIndex) {
    PortLife life = on(3);
    EXPECT_EQ(life.next(up(3), 0, ms), Step::let_go) << "what the port holds is gone";
}

TEST(PortLife, TriesAgainEverySecondAndAtOnceOnAnotherInterface) {
    PortLife life;
    EXPECT_EQ(life.next(up(3), 0, 1000 * ms), Step::take_up);
    life.was_refused(up(3), 1000 * ms);
    EXPECT_EQ(life.link(up(3)).code, LinkCode::down);
    EXPECT_EQ(life.link(up(3)).reason, LinkReason::not_opened);
    EXPECT_EQ(life.next(up(3), 0, 1999 * ms), Step::none);
    EXPECT_EQ(life.next(up(3), 0, 2000 * ms), Step::take_up);
    life.was_refused(up(3), 2000 * ms);
    EXPECT_EQ(life.next(up(4), 0, 2001 * ms), Step::take_up);
}

}  // namespace
}  // namespace ropewalk::dataplane::house
