#include "dataplane/link_watch.hpp"

#include "config/region/fixed_text.hpp"
#include "dataplane/channel/record_link.hpp"

namespace ropewalk::dataplane {

namespace {

constexpr std::uint64_t look_interval_ns = 1'000'000'000;

}  // namespace

void LinkWatch::add(const config::region::PortRecord& record, eal::Port& port) {
    auto& status = section_.links[record.slot];
    status.address = port.address();
    config::region::set_text(status.device_driver, port.device_driver());
    watched_.push_back({record.name.data(), record.slot, &port});
}

std::vector<std::string> LinkWatch::look(std::uint64_t now_ns) {
    if (now_ns < due_ns_) return {};
    due_ns_ = now_ns + look_interval_ns;
    std::vector<std::string> news;
    for (const auto& [name, slot, port] : watched_)
        if (auto sentence = channel::record_link(section_.links[slot], port->look_at_link(), name, now_ns))
            news.push_back(std::move(*sentence));
    return news;
}

}  // namespace ropewalk::dataplane
