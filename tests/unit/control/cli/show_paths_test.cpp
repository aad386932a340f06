#include <gtest/gtest.h>

#include "config/region/fixed_text.hpp"
#include "control/cli/page.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::control::cli {
namespace {

/// Nothing is counted yet, and nobody runs.
Sample sample_with_paths() {
    const auto gateway = tests::unit::sample_gateway();
    Sample sample;
    sample.now_ns = 100'000'000'000;
    sample.snapshot = config::snapshot::build(gateway, tests::unit::resolved_for(gateway), 7).value();
    const auto view = sample.view();
    sample.paths.resize(view->paths().size());
    sample.orders.paths.resize(view->paths().size());
    sample.orders.health.resize(view->paths().size());
    sample.links.resize(view->ports().size());
    return sample;
}

TEST(ShowPaths, SaysWhatAPathSavedAndWhatItCost) {
    Sample sample = sample_with_paths();
    sample.paths[1].rx_saved = 1200;
    sample.paths[1].rx_bytes = 38'000'000;
    const auto view = sample.view();
    const std::string path = std::string(config::region::text_of(view->tunnels()[0].name)) + "/" +
                             std::string(config::region::text_of(view->paths()[1].name));
    const std::string text = paths_page.text(sample, nullptr);
    EXPECT_NE(text.find("\n" + path + " saved about 1200 packets, cost 38.0 MB\n"), std::string::npos) << text;
    EXPECT_EQ(text.find(" saved "), text.rfind(" saved ")) << "the others saved nothing\n" << text;
    nlohmann::ordered_json document;
    paths_page.json(sample, nullptr, document);
    EXPECT_EQ(document["paths"][0]["rx_saved"], 0);
    EXPECT_EQ(document["paths"][1]["rx_saved"], 1200);
    EXPECT_EQ(document["paths"][1]["rx_bytes"], 38'000'000);
}

TEST(ShowPaths, IsSilentOfPathsThatSavedNothing) {
    EXPECT_EQ(paths_page.text(sample_with_paths(), nullptr).find(" saved "), std::string::npos);
}

}  // namespace
}  // namespace ropewalk::control::cli
