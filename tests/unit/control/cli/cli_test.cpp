#include <memory>

#include <gtest/gtest.h>

#include "control/cli/balance.hpp"
#include "control/cli/table.hpp"
#include "control/cli/totals.hpp"
#include "control/cli/units.hpp"

namespace ropewalk::control::cli {
namespace {

using config::region::DataplaneSection;
using config::region::DropReason;

TEST(Table, AlignsWordsLeftAndNumbersRight) {
    Table table({"path", "copies", "seen s", "way"});
    table.add({"fibre", "7", "0.4", "192.0.2.1 -> x"});
    table.add({"l", "12345678", "-", ""});
    EXPECT_EQ(table.text(),
              "path     copies  seen s  way\n"
              "fibre         7     0.4  192.0.2.1 -> x\n"
              "l      12345678       -\n");
    EXPECT_EQ(table.text(2).substr(0, 8), "  path  ");
}

TEST(Table, OfHeadingsOnly) {
    const Table table({"a", "b"});
    EXPECT_FALSE(table.has_rows());
    EXPECT_EQ(table.text(), "a  b\n");
}

TEST(Units, AreReadable) {
    EXPECT_EQ(duration_text(59'999'000'000), "59 s");
    EXPECT_EQ(duration_text(125'000'000'000), "2 m 5 s");
    EXPECT_EQ(duration_text(3'720'000'000'000), "1 h 2 m");
    EXPECT_EQ(duration_text(270'000ULL * 1'000'000'000), "3 d 3 h");
    EXPECT_EQ(bytes_text(999), "999 B");
    EXPECT_EQ(bytes_text(1000), "1.0 kB");
    EXPECT_EQ(bytes_text(999'960), "1.0 MB");
    EXPECT_EQ(seconds_since(5'000'000'000, 4'640'000'000), "0.4");
    EXPECT_EQ(seconds_since(5, 0), "-");
    EXPECT_EQ(seconds_since(5, 6), "0.0");
    EXPECT_EQ(percent_text(1, 8), "12.5");
    EXPECT_EQ(percent_text(0, 0), "-");
    EXPECT_DOUBLE_EQ(per_second(100, 350, 500'000'000), 500.0);
    EXPECT_DOUBLE_EQ(per_second(350, 100, 500'000'000), 0.0) << "the counter was made anew";
}

/// Two workers that took 10 and 5 packets from users, and 20 from the WAN.
std::unique_ptr<DataplaneSection> counted_section() {
    auto section = std::make_unique<DataplaneSection>();
    auto& first = section->counters[0];
    auto& second = section->counters[1];
    first.inside_rx_packets.add(10);
    second.inside_rx_packets.add(5);
    first.tunnels[3].sealed_packets.add(9);
    second.tunnels[1023].sealed_packets.add(7);
    first.tunnels[3].injected_packets.add(2);
    first.drops[static_cast<std::size_t>(DropReason::no_tunnel)].add(1);
    first.paths[0].tx_copies.add(30);
    second.paths[4095].tx_copies.add(2);
    first.ports[0].tx_packets.add(20);
    second.ports[15].tx_packets.add(8);
    second.drops[static_cast<std::size_t>(DropReason::wan_tx_full)].add(4);
    first.ports[0].rx_packets.add(20);
    first.tunnels[3].delivered_packets.add(6);
    first.tunnels[3].punted_packets.add(3);
    first.drops[static_cast<std::size_t>(DropReason::duplicate)].add(11);
    first.inside_tx_packets.add(5);
    first.drops[static_cast<std::size_t>(DropReason::inside_tx_full)].add(2);
    first.tunnels[3].icmp_sent.add(1);
    return section;
}

TEST(Balance, AddsUpOverWorkersAndSlots) {
    const auto section = counted_section();
    const auto balances = balances_of(*section, 0);
    ASSERT_EQ(balances.size(), 4U);
    const std::array<std::uint64_t, 4> sides{17, 32, 20, 7};
    for (std::size_t i = 0; i < sides.size(); ++i) {
        EXPECT_EQ(balances[i].came_first, sides[i]) << balances[i].text;
        EXPECT_EQ(balances[i].difference(), 0) << balances[i].text;
    }
}

TEST(Balance, AStoppedGatewayMissesNotASinglePacket) {
    const auto section = counted_section();
    section->counters[0].inside_rx_packets.add(1);
    section->counters[0].tunnels[3].punted_packets.add(1);
    const auto stopped = balances_of(*section, 0);
    EXPECT_EQ(stopped[0].difference(), 1);
    EXPECT_EQ(stopped[1].difference(), 0);
    EXPECT_EQ(stopped[2].difference(), -1);
    for (const Balance& balance : balances_of(*section, 1))
        EXPECT_EQ(balance.difference(), 0) << "in a live worker's turn";
    section->counters[0].inside_rx_packets.add(200);
    EXPECT_EQ(balances_of(*section, 1)[0].difference(), 201) << "more than a turn holds";
}

TEST(Balance, BoundsFollowTheOrderOfReading) {
    EXPECT_EQ((Balance{"", 100, 150, 200, 0}.difference()), 0) << "counted on between the two looks";
    EXPECT_EQ((Balance{"", 100, 90, 200, 10}.difference()), 0);
    EXPECT_EQ((Balance{"", 100, 89, 200, 10}.difference()), 11);
    EXPECT_EQ((Balance{"", 100, 211, 200, 10}.difference()), -11);
}

TEST(Totals, AddWorkersUpAndTakeTheNewestTime) {
    const auto section = std::make_unique<DataplaneSection>();
    section->counters[0].paths[9].rx_first.add(2);
    section->counters[7].paths[9].rx_first.add(3);
    section->signals[0][9].heard_ns.set(50);
    section->signals[7][9].heard_ns.set(40);
    section->counters[7].paths[8].rx_first.add(100);
    EXPECT_EQ(total_of_path(*section, 9).rx_first, 5U);
    EXPECT_EQ(total_of_path(*section, 9).heard_ns, 50U);
}

}  // namespace
}  // namespace ropewalk::control::cli
