#include <gtest/gtest.h>

#include "control/cli/page.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::control::cli {
namespace {

using config::region::LinkCode;

/// Users behind `lan`; `wan1` up at 10 Gbit/s, `wan2` down for 5 s, and nothing known of `lan`.
Sample sample_with_links() {
    const auto gateway = tests::unit::behind_a_port(tests::unit::sample_gateway());
    Sample sample;
    sample.now_ns = 100'000'000'000;
    sample.snapshot = config::snapshot::build(gateway, tests::unit::resolved_for(gateway), 7).value();
    sample.ports = {{1, 100, 2, 200}, {3, 300, 4, 400}, {}};
    sample.inside = {5, 500, 6, 600};
    sample.links.resize(3);
    sample.links[0] = {LinkCode::up, 10'000, 2, 1'000'000'000, std::array<std::uint8_t, 6>{2, 0, 0, 0, 0, 9}, ""};
    sample.links[0].rx_missed = 41;
    sample.links[0].joining = config::region::JoiningCode::cut_wrongly;
    sample.links[1] = {LinkCode::down, 0, 7, 95'000'000'000, std::nullopt, "net_memif"};
    return sample;
}

TEST(ShowPorts, ATableForPeople) {
    EXPECT_EQ(ports_page.text(sample_with_links(), nullptr),
              "port  side    driver             device           address            link     speed      changes  for s"
              "  rx packets  rx missed  tx packets  joined\n"
              "wan1  wan     af_packet          eth1             02:00:00:00:00:09  up       10 Gbit/s        2   99.0"
              "           1         41           2  no: kernel cuts wrongly\n"
              "wan2  wan     memif (net_memif)  /run/memif.sock  -                  down     -                7    5.0"
              "           3          0           4  -\n"
              "lan   inside  memif              /run/lan.sock    -                  unknown  -                0      -"
              "           5          0           6  -\n");
}

TEST(ShowPorts, AListForMachines) {
    nlohmann::ordered_json document;
    ports_page.json(sample_with_links(), nullptr, document);
    ASSERT_EQ(document["ports"].size(), 3);
    const auto& up = document["ports"][0];
    EXPECT_EQ(up["name"], "wan1");
    EXPECT_EQ(up["side"], "wan");
    EXPECT_EQ(up["driver"], "af_packet");
    EXPECT_EQ(up["device_driver"], nullptr);
    EXPECT_EQ(up["address"], "02:00:00:00:00:09");
    EXPECT_EQ(up["link"], "up");
    EXPECT_EQ(up["speed_mbit"], 10'000);
    EXPECT_EQ(up["changes"], 2);
    EXPECT_EQ(up["unchanged_ms"], 99'000);
    EXPECT_EQ(up["rx_bytes"], 100);
    EXPECT_EQ(up["reason"], "");
    EXPECT_EQ(up["device_mtu"], nullptr);
    EXPECT_EQ(up["rx_missed"], 41);
    EXPECT_EQ(up["joined"], "no: kernel cuts wrongly");
    const auto& down = document["ports"][1];
    EXPECT_EQ(down["link"], "down");
    EXPECT_EQ(down["device_driver"], "net_memif");
    EXPECT_EQ(down["address"], nullptr);
    EXPECT_EQ(down["speed_mbit"], nullptr);
    EXPECT_EQ(down["joined"], nullptr);
    const auto& inside = document["ports"][2];
    EXPECT_EQ(inside["side"], "inside");
    EXPECT_EQ(inside["link"], "unknown");
    EXPECT_EQ(inside["unchanged_ms"], nullptr);
    EXPECT_EQ(inside["tx_bytes"], 600);
}

TEST(ShowPorts, APortThatIsDownSaysWhy) {
    Sample sample = sample_with_links();
    sample.links[0] = {};
    sample.links[0].code = LinkCode::down;
    sample.links[0].reason = config::region::LinkReason::set_down;
    sample.links[0].mtu = 1460;
    nlohmann::ordered_json document;
    ports_page.json(sample, nullptr, document);
    EXPECT_EQ(document["ports"][0]["reason"], "interface eth1 is set down; ip link set eth1 up");
    EXPECT_EQ(document["ports"][0]["device_mtu"], 1460);
    EXPECT_EQ(problems_text(sample), "! port wan1: interface eth1 is set down; ip link set eth1 up\n");
}

TEST(ShowPorts, NothingIsPublished) {
    EXPECT_EQ(ports_page.text(Sample{}, nullptr), "");
    nlohmann::ordered_json document;
    ports_page.json(Sample{}, nullptr, document);
    EXPECT_EQ(document["ports"], nlohmann::ordered_json::array());
}

}  // namespace
}  // namespace ropewalk::control::cli
