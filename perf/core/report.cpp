#include "perf/core/report.hpp"

#include <cmath>

#include <intel-ipsec-mb.h>
#include <rte_cycles.h>
#include <rte_version.h>
#include <nlohmann/json.hpp>

#include "dataplane/crypto/aes_gcm.hpp"
#include "perf/fixture/cycle_clock.hpp"

namespace ropewalk::perf::core {

using Json = nlohmann::ordered_json;

namespace {

double rounded(double value, double steps_per_unit = 10) {
    return std::round(value * steps_per_unit) / steps_per_unit;
}

/// NAME_median, NAME_min, NAME_max.
void add_series(Json& json, const std::string& name, const fixture::Series& series, double steps_per_unit = 10) {
    json[name + "_median"] = rounded(series.median(), steps_per_unit);
    json[name + "_min"] = rounded(series.min(), steps_per_unit);
    json[name + "_max"] = rounded(series.max(), steps_per_unit);
}

Json as_array(const fixture::Series& series, double steps_per_unit) {
    Json values = Json::array();
    for (const double value : series.runs) values.push_back(rounded(value, steps_per_unit));
    return values;
}

Json stages_as_json(const Row& row) {
    Json stages = Json::object();
    for (std::size_t stage = 0; stage < stage_count; ++stage)
        if (row.stages[stage].max() > 0.05) stages[stage_names[stage].data()] = rounded(row.stages[stage].median());
    return stages;
}

Json row_as_json(const Row& row) {
    const double mpps = static_cast<double>(rte_get_tsc_hz()) / row.pipeline.median() / 1e6;
    Json json;
    json["work"] = name_of(row.key.work);
    json["cipher"] = name_of(row.key.cipher);
    json["size"] = row.key.size == imix ? Json("imix") : Json(row.key.size);
    json["copies"] = row.key.copies;
    json["policy"] = name_of(row.key.policy);
    json["udp_checksum"] = config::word_of(row.key.udp_checksum);
    json["burst"] = row.packets_per_burst;
    json["runs"] = row.pipeline.runs.size();
    add_series(json, "cycles", row.pipeline);
    add_series(json, "floor", row.floor);
    add_series(json, "over_floor", row.over_floor);
    json["cycles_runs"] = as_array(row.pipeline, 10);
    if (!row.floor_ratio.runs.empty()) {
        add_series(json, "ratio", row.floor_ratio, 1000);
        json["ratio_runs"] = as_array(row.floor_ratio, 1000);
        json["floor_runs"] = as_array(row.floor, 10);
    }
    if (!row.bare_ratio.runs.empty()) add_series(json, "over_bare_ratio", row.bare_ratio, 1000);
    json["mpps"] = rounded(mpps, 100);
    if (row.key.work != WorkKind::duplicate_drop) json["inner_gbit"] = rounded(mpps * row.mean_size * 8 / 1000);
    json["stages"] = stages_as_json(row);
    return json;
}

}  // namespace

std::string report_as_json(const Build& build, const Plan& plan, const std::vector<Row>& rows) {
    Json machine;
    machine["tsc_hz"] = rte_get_tsc_hz();
    machine["clock_cycles"] = fixture::clock_cost();
    machine["cpu"] = build.cpu;
    machine["memory"] = build.memory;
    machine["march"] = build.march;
    machine["compiler"] = __VERSION__;
    machine["dpdk"] = rte_version();
    machine["ipsec_mb"] = imb_get_version_str();
    machine["crypto_engine"] = dataplane::crypto::AesGcm::engine();
    machine["bursts_per_run"] = plan.blocks * bursts_per_block;

    Json report;
    report["machine"] = machine;
    report["rows"] = Json::array();
    for (const Row& row : rows) report["rows"].push_back(row_as_json(row));
    return report.dump(2);
}

}  // namespace ropewalk::perf::core
