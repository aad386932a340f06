#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "control/cli/page.hpp"
#include "control/cli/table.hpp"
#include "control/cli/units.hpp"

namespace ropewalk::control::cli {

using config::region::drop_reason_count;
using config::region::drop_reason_texts;
using config::region::DropStage;
using nlohmann::ordered_json;

namespace {

std::string_view stage_word(DropStage stage) {
    constexpr std::array words{"inside_rx", "copy", "wan_tx", "wan_rx", "inside_tx"};
    return words.at(static_cast<std::size_t>(stage));
}

std::string balance_text(const Balance& balance) {
    const std::int64_t difference = balance.difference();
    if (difference == 0) return "accounted for";
    return difference > 0 ? fmt::format("{} not accounted for", difference) : fmt::format("{} too many", -difference);
}

std::string text(const Sample& sample, const Sample* before) {
    if (!sample.problem.empty()) return {};
    std::array<std::size_t, drop_reason_count> order;
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_partition(order, [&](std::size_t reason) { return sample.drops[reason] != 0; });
    std::vector<std::string> headings{"packets"};
    if (before != nullptr) headings.emplace_back("packets/s");
    for (const char* heading : {"reason", "stage", "meaning"}) headings.emplace_back(heading);
    Table table(std::move(headings));
    for (const std::size_t reason : order) {
        std::vector<std::string> row{std::to_string(sample.drops[reason])};
        if (before != nullptr)
            row.push_back(fmt::format(
                "{:.0f}", per_second(before->drops[reason], sample.drops[reason], sample.now_ns - before->now_ns)));
        row.emplace_back(drop_reason_texts[reason].name);
        row.emplace_back(stage_word(drop_reason_texts[reason].stage));
        row.emplace_back(drop_reason_texts[reason].text);
        table.add(std::move(row));
    }
    Table sums({"came, packets", "went, packets", "where", "result"});
    for (const Balance& balance : sample.balances)
        sums.add(
            {std::to_string(balance.came_first), std::to_string(balance.went), balance.text, balance_text(balance)});
    return table.text() + "\n" + sums.text();
}

void json(const Sample& sample, const Sample*, ordered_json& document) {
    document["drops"] = ordered_json::array();
    document["balances"] = ordered_json::array();
    if (!sample.problem.empty()) return;
    for (std::size_t reason = 0; reason < drop_reason_count; ++reason)
        document["drops"].push_back({{"reason", drop_reason_texts[reason].name},
                                     {"stage", stage_word(drop_reason_texts[reason].stage)},
                                     {"packets", sample.drops[reason]},
                                     {"text", drop_reason_texts[reason].text}});
    for (const Balance& balance : sample.balances)
        document["balances"].push_back({{"equation", balance.text},
                                        {"came", balance.came_first},
                                        {"went", balance.went},
                                        {"difference", balance.difference()}});
}

}  // namespace

const Page drops_page{"drops", "where packets ended, by reason, and whether all add up", text, json};

}  // namespace ropewalk::control::cli
