#include "control/cli/sample.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "config/region/clocks.hpp"
#include "config/region/fixed_text.hpp"
#include "config/region/received.hpp"
#include "config/region/region.hpp"
#include "control/cli/control_client.hpp"
#include "control/publication/process_alive.hpp"
#include "control/publication/published_snapshot.hpp"

namespace ropewalk::control::cli {

using config::region::ControlSection;
using config::region::DataplaneSection;
using config::region::Region;

namespace {

constexpr std::uint64_t control_silence_ns = 3'000'000'000;
constexpr int status_patience_ms = 500;

void look_at_control(const ControlSection& section, Sample& sample) {
    sample.control_started_ns = section.control_started_ns.load();
    sample.control_heartbeat_ns = section.control_heartbeat_ns.load();
    const std::uint64_t pid = section.control_pid.load();
    if (publication::is_process_alive(pid)) sample.control_pid = pid;
    sample.control_beats = sample.control_pid != 0 && sample.now_ns < sample.control_heartbeat_ns + control_silence_ns;
    sample.generation = config::region::Publication::unpack(section.publication.load()).generation;
    sample.snapshot = publication::copy_published_snapshot(section);
    if (const auto view = sample.view()) sample.orders = config::snapshot::standing_orders(*view, section);
}

void look_at_dataplane(const DataplaneSection& section, Sample& sample) {
    sample.dataplane = publication::look_for_dataplane(section, sample.now_ns);
    sample.dataplane_started_ns = section.started_ns.load();
    sample.dataplane_heartbeat_ns = section.heartbeat_ns.load();
    sample.tsc_hz = section.tsc_hz.load();
    sample.verified_generation = section.verified_generation.load();
    sample.refused_generation = section.refused_generation.load(std::memory_order_acquire);
    sample.refusal = publication::refusal_text(section);
    sample.crypto_engine = config::region::text_of(section.crypto_engine);
    sample.instruction_level = config::region::text_of(section.instruction_level);
}

WorkerSample sample_worker(const DataplaneSection& section, std::size_t index) {
    const auto& counters = section.counters[index];
    WorkerSample worker{total_of_worker(section, index)};
    worker.cpu = section.workers[index].cpu.load();
    worker.acknowledged_generation = section.workers[index].acknowledged_generation.load();
    worker.packets = counters.inside_rx_packets.get();
    for (const auto& port : counters.ports) worker.packets += port.rx_packets.get();
    return worker;
}

PortQueuesSample sample_queues(const DataplaneSection& section, std::uint32_t slot, std::size_t workers) {
    const auto& status = section.ports[slot];
    PortQueuesSample queues{static_cast<config::region::SteeringCode>(status.steering.load()), {}, {}};
    const std::size_t receive = std::min<std::size_t>(status.receive_queues.load(), status.receive_workers.size());
    for (std::size_t queue = 0; queue < receive; ++queue) {
        auto& ours = queues.receive.emplace_back(PortQueuesSample::Receive{status.receive_workers[queue].load(), {}});
        for (unsigned worker = 0; worker < workers; ++worker)
            if (status.deal[queue].load() >> worker & 1) ours.dealt_to.push_back(worker);
    }
    queues.transmit.resize(std::min<std::size_t>(status.transmit_queues.load(), status.senders.size()));
    for (unsigned worker = 0; worker < workers; ++worker)
        if (const std::size_t queue = status.senders[worker].load(); queue < queues.transmit.size())
            queues.transmit[queue].push_back(worker);
    return queues;
}

LinkSample sample_link(const DataplaneSection& section, std::uint32_t slot,
                       const publication::DataplaneSighting& dataplane) {
    const auto& status = section.links[slot];
    LinkSample link;
    link.changes = status.changes.get();
    link.rx_missed = status.rx_missed.get();
    if (!dataplane.is_running()) return link;
    link.code = static_cast<config::region::LinkCode>(status.code.load());
    link.speed_mbit = status.speed_mbit.load();
    if (link.code != config::region::LinkCode::unknown) link.changed_ns = status.changed_ns.get();
    if (const std::uint64_t address = status.address.load(); address != 0)
        link.address = config::region::address_of(address);
    link.reason = static_cast<config::region::LinkReason>(status.reason.load());
    link.joining = static_cast<config::region::JoiningCode>(status.joining.load());
    link.mtu = status.mtu.load();
    link.device_driver = config::region::text_of(status.device_driver);
    return link;
}

void count(const DataplaneSection& section, Sample& sample) {
    const std::size_t workers = std::min<std::size_t>(section.worker_count.load(), section.workers.size());
    for (std::size_t i = 0; i < workers; ++i) sample.workers.push_back(sample_worker(section, i));
    sample.inside = total_of_inside(section);
    sample.drops = total_of_drops(section);
    sample.balances = balances_of(section, sample.dataplane.is_present() ? workers : 0);
    const auto view = sample.view();
    if (!view) return;
    for (const auto& port : view->ports()) {
        sample.ports.push_back(total_of_port(section, port.slot));
        sample.queues.push_back(sample_queues(section, port.slot, workers));
        sample.links.push_back(sample_link(section, port.slot, sample.dataplane));
        for (std::size_t i = 0; i < workers; ++i)
            sample.workers[i].port_packets.push_back(section.counters[i].ports[port.slot].rx_packets.get());
    }
    for (const auto& path : view->paths()) sample.paths.push_back(total_of_path(section, path.slot));
    for (const auto& tunnel : view->tunnels()) {
        const auto& status = section.tunnels[tunnel.slot];
        sample.tunnels.push_back({total_of_tunnel(section, tunnel.slot), status.next_sequence.load(),
                                  config::region::newest_received(section, tunnel.slot, tunnel.rx_key_id),
                                  status.lost.get() + status.overdue.get(), status.jumped.get(),
                                  status.largest_age.get(), status.window_packets.get(),
                                  static_cast<config::region::RecordCode>(status.sending.load()),
                                  static_cast<config::region::RecordCode>(status.receiving.load())});
    }
}

}  // namespace

Sample take_sample(const std::string& gateway) {
    Sample sample;
    sample.gateway = gateway;
    sample.now_ns = config::region::monotonic_ns();
    const auto region = Region::attach(gateway, config::region::Role::observer);
    if (!region) {
        sample.problem = region.error().message;
        return sample;
    }
    look_at_control(region->control(), sample);
    look_at_dataplane(region->dataplane(), sample);
    count(region->dataplane(), sample);
    if (!sample.control_beats) return sample;
    if (auto status = ask_control(gateway, {{"command", "status"}}, status_patience_ms))
        sample.status = *std::move(status);
    else
        sample.unanswered = status.error().message;
    return sample;
}

std::vector<std::string> find_gateways() {
    const std::filesystem::path prefix = config::region::region_path("");
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(prefix.parent_path(), ignored)) {
        const std::string file = entry.path().filename().string(), start = prefix.filename().string();
        if (file.size() > start.size() && file.starts_with(start)) names.push_back(file.substr(start.size()));
    }
    std::ranges::sort(names);
    return names;
}

}  // namespace ropewalk::control::cli
