#include "dataplane/port_watch.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "config/region/fixed_text.hpp"
#include "config/region/link_text.hpp"
#include "dataplane/channel/record_link.hpp"

namespace ropewalk::dataplane {

using config::region::LinkCode;
using config::region::LinkReason;
using Step = house::PortLife::Step;

namespace {

/// The kernel's news come at once; this is for those that were lost.
constexpr std::uint64_t interface_interval_ns = 100'000'000;
constexpr std::uint64_t device_interval_ns = 1'000'000'000;

}  // namespace

PortWatch::Watched* PortWatch::find(std::uint32_t slot) {
    const auto found = std::ranges::find(watched_, slot, &Watched::slot);
    return found == watched_.end() ? nullptr : &*found;
}

void PortWatch::add(const config::region::PortRecord& record, eal::Port& port) {
    interfaces_due_ns_ = 0;
    if (Watched* const again = find(record.slot)) {
        again->name = record.name.data();
        again->device = record.device.data();
        again->removed.reset();
        port.follow(record);
        return;
    }
    config::region::set_text(section_.links[record.slot].device_driver, port.device_driver());
    addresses_[record.slot] = port.address();
    watched_.push_back({record.name.data(), record.device.data(), record.slot, &port});
    if (port.is_interface() && port.interface() != 0) watched_.back().life.took_up();
    if (!port.is_interface()) section_.links[record.slot].address.store(config::region::cell_of(port.address()));
}

void PortWatch::remove(std::uint32_t slot, channel::ConfigChannel& workers) {
    Watched* const watched = find(slot);
    if (watched == nullptr) return;
    watched->removed = workers.begin_grace();
    news_.push_back(fmt::format("port {}: removed", watched->name));
}

std::vector<std::string> PortWatch::look(channel::ConfigChannel* workers, std::uint64_t now_ns) {
    const bool interfaces = kernel_.came() || now_ns >= interfaces_due_ns_;
    const bool devices = now_ns >= devices_due_ns_;
    if (interfaces) interfaces_due_ns_ = now_ns + interface_interval_ns;
    if (devices) devices_due_ns_ = now_ns + device_interval_ns;
    for (Watched& watched : watched_) {
        if (devices) section_.links[watched.slot].rx_missed.add(watched.port->take_missed());
        if (watched.port->is_interface()) {
            if (interfaces || watched.grace || watched.removed) follow(watched, workers, now_ns);
        } else if (devices) {
            record(watched, watched.port->look_at_link(), now_ns);
        }
    }
    return std::exchange(news_, {});
}

/// The interface that the port shall have: none of a port that was removed, when no worker uses it any more.
eal::InterfaceState PortWatch::seen(Watched& watched, const channel::ConfigChannel* workers) {
    const bool is_left = watched.removed && workers->is_over(*watched.removed);
    return is_left ? eal::InterfaceState{} : watched.port->look_at_interface();
}

void PortWatch::follow(Watched& watched, channel::ConfigChannel* workers, std::uint64_t now_ns) {
    if (watched.grace && workers->is_over(*watched.grace)) give_back(watched);
    const eal::InterfaceState interface = seen(watched, workers);
    if (interface.index != 0 && interface.address != addresses_[watched.slot]) {
        addresses_[watched.slot] = interface.address;
        readdressed_(watched.slot, interface.address);
        if (workers != nullptr) workers->set_port_address(watched.slot, interface.address);
    }
    Step step = watched.life.next(interface, watched.port->interface(), now_ns);
    if (step == Step::let_go) {
        // Before, so that what workers cannot send from here on is named rightly.
        record(watched, watched.life.link(interface), now_ns);
        let_go(watched, workers);
        step = watched.life.next(interface, watched.port->interface(), now_ns);
    }
    if (step == Step::take_up) take_up(watched, interface, now_ns);
    record(watched, watched.life.link(interface), now_ns);
}

void PortWatch::take_up(Watched& watched, const eal::InterfaceState& interface, std::uint64_t now_ns) {
    const auto taken = watched.port->take_up();
    if (!taken) {
        watched.life.was_refused(interface, now_ns);
        watched.refusal = taken.error().message;
        return;
    }
    watched.life.took_up();
    config::region::set_text(section_.links[watched.slot].device_driver, watched.port->device_driver());
    if (const std::string& way = watched.port->way(); way != std::exchange(watched.way, way))
        news_.push_back(fmt::format("port {}: {}", watched.name, way));
}

void PortWatch::let_go(Watched& watched, channel::ConfigChannel* workers) {
    watched.port->let_go();
    if (workers != nullptr)
        watched.grace = workers->begin_grace();
    else
        give_back(watched);
}

void PortWatch::give_back(Watched& watched) {
    watched.grace.reset();
    watched.port->give_back();
    watched.life.gave_back();
}

void PortWatch::record(Watched& watched, const eal::Link& link, std::uint64_t now_ns) {
    if (watched.removed) return;
    channel::record_link(section_.links[watched.slot], link, now_ns);
    section_.links[watched.slot].joining.store(static_cast<std::uint8_t>(watched.port->joining()));
    const std::string why = link.reason == LinkReason::not_opened
                                ? watched.refusal
                                : config::region::reason_text(link.reason, watched.device);
    const std::string sentence = channel::link_sentence(watched.name, link, why);
    // A device that has never said anything is not worth a line.
    const bool is_worth_it = link.code != LinkCode::unknown || !watched.log.told().empty();
    if (is_worth_it && watched.log.is_news(sentence, now_ns)) news_.push_back(sentence);
}

}  // namespace ropewalk::dataplane
