#include <nlohmann/json.hpp>

#include "config/snapshot/dump.hpp"
#include "control/cli/page.hpp"

namespace ropewalk::control::cli {

using nlohmann::ordered_json;

namespace {

std::string text(const Sample& sample, const Sample*) {
    const auto view = sample.view();
    return view ? config::snapshot::dump_text(*view, sample.orders) : "";
}

void json(const Sample& sample, const Sample*, ordered_json& document) {
    const auto view = sample.view();
    document["config"] = view ? config::snapshot::dump_json(*view, sample.orders) : ordered_json();
}

}  // namespace

const Page config_page{"config", "the configuration published to the dataplane, without keys", text, json};

}  // namespace ropewalk::control::cli
