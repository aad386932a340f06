#include "control/metrics/page.hpp"

#include <fstream>
#include <memory>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "config/region/drop_reasons.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::control::metrics {
namespace {

using config::region::ControlSection;
using config::region::DataplaneSection;
using config::region::DataplaneState;
using config::region::DropReason;

std::string content_of(const char* file) {
    std::ostringstream content;
    content << std::ifstream(std::string(ROPEWALK_DOCS_DIR) + file).rdbuf();
    return content.str();
}

/// The sample gateway, users behind a port, with a dataplane of two workers.
class MetricsPageTest : public ::testing::Test {
protected:
    MetricsPageTest() {
        dataplane->worker_count = 2;
        sighting.state = DataplaneState::running;
        dataplane->counters[0].paths[path].rx_first.add(2);
        dataplane->counters[15].paths[path].rx_first.add(3);
        dataplane->signals[1][path].heard_ns.set(98'500'000'000);
        control->path_health[path].store({.state = config::region::PathState::slow,
                                          .round_trip_ns = 20'000'000,
                                          .jitter_ns = 1'000'000,
                                          .round_trip_p99_us = 30'000,
                                          .jitter_p99_us = 4'000,
                                          .rx_delay_over_best_us = 250'000,
                                          .rx_lost_1s = 0,
                                          .tx_lost_1s = config::region::ReceptionFigures::all_lost / 2});
    }

    std::string page(Format format = Format::open_metrics) const {
        return page_of({exported, *control, *dataplane, told, sighting, 100'000'000'000}, format);
    }
    bool has(const std::string& line) const { return ("\n" + page()).find("\n" + line + "\n") != std::string::npos; }

    const config::schema::Gateway gateway = tests::unit::behind_a_port(tests::unit::sample_gateway());
    const config::snapshot::Resolved resolved = tests::unit::resolved_for(gateway);
    const Exported exported = exported_of(gateway, resolved);
    const std::uint32_t path = resolved.path_slots.at("hub/lte");
    const std::unique_ptr<ControlSection> control = std::make_unique<ControlSection>();
    const std::unique_ptr<DataplaneSection> dataplane = std::make_unique<DataplaneSection>();
    Told told;
    publication::DataplaneSighting sighting;
};

TEST_F(MetricsPageTest, AddsAllWorkersUpThoseOfEarlierDataplanesToo) {
    EXPECT_TRUE(has(R"(ropewalk_path_rx_first_copies_total{gateway="edge",tunnel="hub",path="lte"} 5)")) << page();
    EXPECT_TRUE(has(R"(ropewalk_path_rx_first_copies_total{gateway="edge",tunnel="depot",path="only"} 0)"));
}

TEST_F(MetricsPageTest, TellsHowPathsAreAsFarAsThatIsKnown) {
    const std::string of_lte = R"({gateway="edge",tunnel="hub",path="lte")",
                      of_only = R"({gateway="edge",tunnel="depot")";
    EXPECT_TRUE(has("ropewalk_path_fit" + of_lte + "} 1"));
    EXPECT_TRUE(has("ropewalk_path_state" + of_lte + R"(,state="slow"} 1)"));
    EXPECT_TRUE(has("ropewalk_path_round_trip_seconds" + of_lte + "} 0.02"));
    EXPECT_TRUE(has("ropewalk_path_delay_over_best_seconds" + of_lte + R"(,direction="in"} 0.25)"));
    EXPECT_TRUE(has("ropewalk_path_lost_ratio" + of_lte + R"(,direction="out"} 0.5)"));
    EXPECT_TRUE(has("ropewalk_path_fit" + of_only + R"(,path="only"} 0)"));
    EXPECT_EQ(page().find("ropewalk_path_round_trip_seconds" + of_only), std::string::npos);
}

TEST_F(MetricsPageTest, HasNoCounterThatFalls) {
    EXPECT_TRUE(has("# TYPE ropewalk_path_rx_missing_copies gauge"));
    EXPECT_TRUE(has(R"(ropewalk_path_rx_missing_copies{gateway="edge",tunnel="hub",path="lte"} 0)"));
}

TEST_F(MetricsPageTest, IsDescribedAsOpenMetricsWantsIt) {
    EXPECT_TRUE(has("# TYPE ropewalk_path_rx_first_copies counter"));
    EXPECT_TRUE(has("# TYPE ropewalk_path_rx_saved_packets counter"));
    EXPECT_TRUE(has("# UNIT ropewalk_path_rx_saved_packets packets"));
    EXPECT_TRUE(has("# UNIT ropewalk_path_rx_first_copies copies"));
    EXPECT_TRUE(
        has("# HELP ropewalk_path_rx_first_copies copies: of these, copies that came first and were delivered"));
    EXPECT_TRUE(has("# TYPE ropewalk_build info"));
    EXPECT_TRUE(page().ends_with("\n# EOF\n"));
}

TEST_F(MetricsPageTest, ForOlderClientsHasTheSuffixInTheFamily) {
    const std::string text = page(Format::prometheus);
    EXPECT_NE(text.find("# TYPE ropewalk_path_rx_first_copies_total counter\n"), std::string::npos);
    EXPECT_NE(text.find("# TYPE ropewalk_build_info gauge\n"), std::string::npos);
    EXPECT_EQ(text.find("# UNIT"), std::string::npos);
    EXPECT_EQ(text.find("# EOF"), std::string::npos);
}

TEST_F(MetricsPageTest, ShowsOnlyTheWorkersThereAre) {
    dataplane->counters[1].turns.add(7);
    EXPECT_TRUE(has(R"(ropewalk_worker_turns_total{gateway="edge",worker="1"} 7)"));
    EXPECT_EQ(page().find(R"(worker="2")"), std::string::npos);
    dataplane->worker_count = 1'000'000;
    EXPECT_NE(page().find(R"(worker="15")"), std::string::npos);
}

TEST_F(MetricsPageTest, CountsAnInsidePortAsTheInside) {
    dataplane->counters[0].inside_rx_packets.add(9);
    EXPECT_TRUE(has(R"(ropewalk_inside_rx_packets_total{gateway="edge"} 9)"));
    EXPECT_EQ(page().find(R"(ropewalk_port_rx_packets_total{gateway="edge",port="lan"})"), std::string::npos);
    EXPECT_TRUE(has(R"(ropewalk_port_link_up{gateway="edge",port="lan"} 0)"));
}

TEST_F(MetricsPageTest, NamesDropsByReasonAndStage) {
    dataplane->counters[3].drops[static_cast<std::size_t>(DropReason::no_tunnel)].add(4);
    EXPECT_TRUE(has(R"(ropewalk_dropped_packets_total{gateway="edge",reason="no_tunnel",stage="inside_rx"} 4)"));
}

TEST_F(MetricsPageTest, TellsSilenceWhereSomethingWasHeard) {
    EXPECT_TRUE(has(R"(ropewalk_path_silence_seconds{gateway="edge",tunnel="hub",path="lte"} 1.5)"));
    EXPECT_EQ(page().find(R"(ropewalk_path_silence_seconds{gateway="edge",tunnel="hub",path="dsl"})"),
              std::string::npos);
    dataplane->signals[1][path].heard_ns.set(200'000'000'000);
    EXPECT_TRUE(has(R"(ropewalk_path_silence_seconds{gateway="edge",tunnel="hub",path="lte"} 0)"));
}

TEST_F(MetricsPageTest, KnowsNoLinkWithoutADataplane) {
    const std::uint32_t port = resolved.port_slots.at("wan1");
    dataplane->links[port].code = static_cast<std::uint8_t>(config::region::LinkCode::up);
    EXPECT_TRUE(has(R"(ropewalk_port_link_up{gateway="edge",port="wan1"} 1)"));
    sighting.state = DataplaneState::absent;
    EXPECT_TRUE(has(R"(ropewalk_port_link_up{gateway="edge",port="wan1"} 0)"));
    EXPECT_TRUE(has(R"(ropewalk_dataplane_running{gateway="edge"} 0)"));
}

TEST_F(MetricsPageTest, CountsEventsByKind) {
    told.events[events::Event{.what = events::PathWell{}}.what.index()] = 3;
    EXPECT_TRUE(has(R"(ropewalk_events_total{gateway="edge",kind="path_well"} 3)"));
    EXPECT_TRUE(has(R"(ropewalk_events_total{gateway="edge",kind="took_over"} 0)"));
}

TEST(MetricText, EscapesLabels) {
    EXPECT_EQ(labels_of({{"a", "x\"y\\z\n"}, {"b", ""}}), R"(a="x\"y\\z\n",b="")");
}

/// `| name | type | labels | meaning |`, as docs/metrics.md lists them.
std::set<std::string> rows_of(const std::string& page) {
    std::set<std::string> rows;
    std::istringstream lines(page);
    std::string line, name, help;
    while (std::getline(lines, line)) {
        std::smatch found;
        if (std::regex_match(line, found, std::regex("# HELP (\\w+) (.*)"))) {
            name = found[1];
            help = found[2];
        } else if (std::regex_match(line, found, std::regex("\\w+\\{(.*)\\} .*"))) {
            const std::string labels = std::regex_replace(found[1].str(), std::regex("=\"[^\"]*\""), "");
            const std::string spaced = std::regex_replace(labels, std::regex(","), ", ");
            rows.insert(fmt::format("| `{}` | {} | {} |", line.substr(0, line.find('{')), spaced, help));
        }
    }
    return rows;
}

TEST_F(MetricsPageTest, IsListedInTheDocsWithEveryLabelAndNothingElseIs) {
    std::set<std::string> listed;
    std::istringstream lines(content_of("/metrics.md"));
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("| `ropewalk_")) listed.insert(line);
    EXPECT_EQ(fmt::format("{}\n", fmt::join(listed, "\n")), fmt::format("{}\n", fmt::join(rows_of(page()), "\n")));
}

TEST_F(MetricsPageTest, HasWhatTheDashboardAsksFor) {
    const std::string text = page(), dashboard = content_of("/grafana-dashboard.json");
    std::set<std::string> asked;
    const std::regex name("ropewalk_\\w+");
    for (std::sregex_iterator at(dashboard.begin(), dashboard.end(), name), end; at != end; ++at)
        asked.insert(at->str());
    EXPECT_GT(asked.size(), 10U);
    for (const std::string& one : asked)
        EXPECT_NE(text.find("\n" + one + "{"), std::string::npos) << one << " is not exported";
}

}  // namespace
}  // namespace ropewalk::control::metrics
