#include "tests/lab/wanem/report.hpp"

#include <nlohmann/json.hpp>

namespace ropewalk::tests::lab::wanem {
namespace {

using Json = nlohmann::ordered_json;

double microseconds(Duration time) {
    return std::chrono::duration<double, std::micro>(time).count();
}
double seconds(Duration time) {
    return std::chrono::duration<double>(time).count();
}

Json json_of(const Volume& volume) {
    return {{"frames", volume.frames}, {"bytes", volume.bytes}};
}

Json drops_of(const Tally& tally) {
    Json drops = Json::object();
    for (std::size_t i = 0; i < drop_cause_count; ++i) drops[std::string(drop_cause_names[i])] = tally.dropped[i];
    return drops;
}

/// Frames by how late they were, and the class in which the 99th of a hundred lies.
Json json_of(const LateBy& late) {
    Json classes = Json::object();
    std::uint64_t all = 0;
    for (const std::uint64_t count : late.counts()) all += count;
    Json p99 = nullptr;
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i < late.counts().size(); ++i) {
        const bool is_last = i == LateBy::edges_us.size();
        classes[is_last ? "more" : std::to_string(LateBy::edges_us[i])] = late.counts()[i];
        so_far += late.counts()[i];
        if (p99.is_null() && all > 0 && so_far * 100 >= all * 99) {
            p99 = is_last ? microseconds(late.most()) : static_cast<double>(LateBy::edges_us[i]);
        }
    }
    return {{"p99_us", p99}, {"max_us", microseconds(late.most())}, {"frames_up_to_us", classes}};
}

Json json_of(const Direction& direction) {
    const Tally& tally = direction.tally();
    const Bottleneck::HighWater& high_water = direction.high_water();
    return {{"in", json_of(tally.in)},
            {"out", json_of(tally.out)},
            {"held", {{"frames", direction.held().frames()}, {"bytes", direction.held().bytes()}}},
            {"duplicated", tally.duplicated},
            {"dropped", drops_of(tally)},
            {"corrupted", tally.corrupted},
            {"neighbour_discovery", tally.neighbour_discovery},
            {"too_big_answers", tally.too_big_answers},
            {"queue_high_water",
             {{"frames", high_water.frames}, {"bytes", high_water.bytes}, {"us", microseconds(high_water.wait)}}},
            {"late_by", json_of(direction.late_by())}};
}

}  // namespace

std::string report(Line& line, const RunFacts& facts) {
    const Json all{{"seed", facts.seed},
                   {"seconds", seconds(facts.wall)},
                   {"cpu_seconds", seconds(facts.cpu)},
                   {"nat_rebinds", line.settings().nat_rebinds},
                   {"upload", json_of(line.from(End::near))},
                   {"download", json_of(line.from(End::far))}};
    return all.dump();
}

}  // namespace ropewalk::tests::lab::wanem
