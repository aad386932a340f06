#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/codes.hpp"
#include "config/region/fixed_text.hpp"
#include "config/region/link_text.hpp"
#include "config/schema/mac_address.hpp"
#include "control/cli/counters_json.hpp"
#include "control/cli/page.hpp"
#include "control/cli/table.hpp"
#include "control/cli/units.hpp"

namespace ropewalk::control::cli {

using config::region::JoiningCode;
using config::region::PortRecord;
using config::region::text_of;
using config::region::View;
using nlohmann::ordered_json;

namespace {

std::string_view side_of(const View& view, std::size_t port) {
    return port == view.header().boot.inside_port ? "inside" : "wan";
}

/// The inside's frames are counted by themselves, be it a port or not.
const PortTotals& totals_of(const Sample& sample, const View& view, std::size_t port) {
    return port == view.header().boot.inside_port ? sample.inside : sample.ports[port];
}

std::string text(const Sample& sample, const Sample*) {
    const auto view = sample.view();
    if (!view) return {};
    Table table({"port", "side", "driver", "device", "address", "link", "speed", "changes", "for s", "rx packets",
                 "rx missed", "tx packets", "joined"});
    for (std::size_t i = 0; i < sample.links.size(); ++i) {
        const PortRecord& port = view->ports()[i];
        const LinkSample& link = sample.links[i];
        const PortTotals& totals = totals_of(sample, *view, i);
        table.add({std::string(text_of(port.name)), std::string(side_of(*view, i)),
                   link.device_driver.empty() ? std::string(word_of(port.driver))
                                              : fmt::format("{} ({})", word_of(port.driver), link.device_driver),
                   std::string(text_of(port.device)),
                   link.address ? to_string(config::schema::MacAddress{*link.address}) : "-",
                   std::string(word_of(link.code)),
                   link.speed_mbit == 0 ? "-" : config::region::speed_text(link.speed_mbit),
                   std::to_string(link.changes), seconds_since(sample.now_ns, link.changed_ns),
                   std::to_string(totals.rx_packets), std::to_string(link.rx_missed), std::to_string(totals.tx_packets),
                   link.joining == JoiningCode::unknown ? "-" : std::string(word_of(link.joining))});
    }
    return table.text();
}

ordered_json port_json(const Sample& sample, const View& view, std::size_t index) {
    const PortRecord& port = view.ports()[index];
    const LinkSample& link = sample.links[index];
    ordered_json json{{"name", text_of(port.name)},
                      {"side", side_of(view, index)},
                      {"driver", word_of(port.driver)},
                      {"device", text_of(port.device)},
                      {"device_driver", nullptr},
                      {"address", nullptr},
                      {"mtu", port.mtu},
                      {"link", word_of(link.code)},
                      {"reason", reason_text(link.reason, text_of(port.device))},
                      {"device_mtu", nullptr},
                      {"joined", nullptr},
                      {"speed_mbit", nullptr},
                      {"changes", link.changes},
                      {"unchanged_ms", nullptr},
                      {"rx_missed", link.rx_missed}};
    add_counters(json, port_counters, totals_of(sample, view, index));
    if (!link.device_driver.empty()) json["device_driver"] = link.device_driver;
    if (link.address) json["address"] = to_string(config::schema::MacAddress{*link.address});
    if (link.speed_mbit != 0) json["speed_mbit"] = link.speed_mbit;
    if (link.joining != JoiningCode::unknown) json["joined"] = word_of(link.joining);
    if (link.mtu != 0) json["device_mtu"] = link.mtu;
    if (link.changed_ns != 0)
        json["unchanged_ms"] = (sample.now_ns - std::min(sample.now_ns, link.changed_ns)) / 1'000'000;
    return json;
}

void json(const Sample& sample, const Sample*, ordered_json& document) {
    document["ports"] = ordered_json::array();
    const auto view = sample.view();
    for (std::size_t i = 0; view && i < sample.links.size(); ++i)
        document["ports"].push_back(port_json(sample, *view, i));
}

}  // namespace

const Page ports_page{"ports", "each port: device, Ethernet address, link, speed, how often the link changed", text,
                      json};

}  // namespace ropewalk::control::cli
