#include "control/gateway_control.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "config/region/monotonic_clock.hpp"
#include "config/snapshot/slots.hpp"
#include "control/kernel/previous_next_hops.hpp"
#include "control/reload/reload_plan.hpp"
#include "control/telling/status.hpp"
#include "control/version.hpp"

namespace ropewalk::control {

using config::region::BootRecord;
using config::region::monotonic_ns;
using config::schema::Gateway;
using config::schema::to_string;
using publication::DataplaneWatch;
using publication::GenerationFate;
using publication::Publisher;

namespace {

constexpr std::uint64_t second = 1'000'000'000;
/// A worker takes a configuration up within milliseconds; a starved machine is given time before a reload is called
/// late.
constexpr std::uint64_t reload_patience_ns = 5 * second;
/// A neighbour gets this long to answer before it is complained about.
constexpr std::uint64_t next_hop_patience_ns = 1'500'000'000;
/// What asking the kernel about one path may cost at most, as a share of our time.
constexpr std::uint64_t refresh_cost_ns = 500'000;

}  // namespace

Result<std::unique_ptr<GatewayControl>> GatewayControl::start(std::string file, reload::Configuration configuration) {
    auto lock = config::region::InstanceLock::take(configuration.gateway.name, config::region::Process::control);
    if (!lock) return tl::make_unexpected(lock.error());
    auto region = config::region::Region::create_or_take_over(configuration.gateway.name);
    if (!region) return tl::make_unexpected(region.error());
    auto loop = EventLoop::make();
    if (!loop) return tl::make_unexpected(loop.error());
    auto requests = kernel::NetlinkSocket::open();
    if (!requests) return tl::make_unexpected(requests.error());
    auto monitor = kernel::NetlinkSocket::open_monitor();
    if (!monitor) return tl::make_unexpected(monitor.error());

    const std::string name = configuration.gateway.name;
    std::unique_ptr<GatewayControl> control(new GatewayControl(std::move(file), name, std::move(*lock),
                                                               std::move(*region), std::move(*loop),
                                                               std::move(*requests), std::move(*monitor)));
    control->watch_dataplane(monotonic_ns());
    const auto boot = control->take_over_previous(configuration.gateway);
    if (auto adopted = control->adopt(std::move(configuration)); !adopted) return tl::make_unexpected(adopted.error());
    if (boot && control->dataplane_.last().is_present()) control->warn_of_new_boot(*boot);
    if (auto listening = control->commands_.listen(); !listening) return tl::make_unexpected(listening.error());
    if (!control->dataplane_.last().is_running()) spdlog::info("waiting for ropewalk-dataplane {}", name);
    return control;
}

GatewayControl::GatewayControl(std::string file, const std::string& name, config::region::InstanceLock lock,
                               config::region::Region region, EventLoop loop, kernel::NetlinkSocket requests,
                               kernel::NetlinkSocket monitor)
    : file_(std::move(file)),
      name_(name),
      lock_(std::move(lock)),
      region_(std::move(region)),
      loop_(std::move(loop)),
      requests_(std::move(requests)),
      monitor_(std::move(monitor)),
      next_hops_(requests_),
      inside_(requests_),
      publisher_(region_),
      commands_(loop_, name, [this](auto client, const std::string& line) { on_command(client, line); }) {
    const std::uint64_t now = monotonic_ns();
    region_.control().control_heartbeat_ns.store(now);
    region_.control().control_started_ns.store(now);
    region_.control().control_pid.store(static_cast<std::uint64_t>(::getpid()));
    loop_.watch(monitor_.number(), EPOLLIN, [this](std::uint32_t) {
        kernel_changed_ |= monitor_.drain({}) != kernel::NetlinkSocket::Heard::nothing;
    });
}

GatewayControl::~GatewayControl() {
    region_.control().control_pid.store(0);
}

std::optional<BootRecord> GatewayControl::take_over_previous(const Gateway& gateway) {
    if (publisher_.generation() == 0) return std::nullopt;
    const auto previous = publisher_.current();
    if (!previous) {
        spdlog::warn(
            "the snapshot that an earlier control left in shared memory is damaged: counters may change their "
            "meaning, and next hops are asked for anew");
        return std::nullopt;
    }
    spdlog::info("taking over from an earlier control at generation {}", publisher_.generation());
    config::snapshot::recover_slots(*previous, resolved_);
    config::snapshot::recover_shards(*previous, resolved_);
    using Previous = peers::ReceivedShards::Previous;
    const auto fate = fate_of(publisher_.generation(), region_.dataplane(), dataplane_.last());
    received_shards_.take_over(*previous,
                               fate.kind == GenerationFate::Kind::in_use ? Previous::in_use : Previous::published);
    next_hops_.configure(gateway);
    next_hops_.remember(kernel::previous_next_hops(*previous, gateway));
    return previous->header().boot;
}

void GatewayControl::warn_of_new_boot(const BootRecord& boot) {
    const auto current = publisher_.current();
    if (current && std::memcmp(&current->header().boot, &boot, sizeof boot) != 0)
        spdlog::warn(
            "dataplane, state_dir or the inside are not what the running ropewalk-dataplane {} was started with: "
            "they need a restart of it",
            name_);
}

Result<void> GatewayControl::adopt(reload::Configuration configuration) {
    config::snapshot::Resolved resolved = resolved_;
    resolved.keys = configuration.keys;
    if (auto assigned = config::snapshot::assign_slots(configuration.gateway, resolved); !assigned) return assigned;
    if (auto bytes = Publisher::prepare(configuration.gateway, resolved, 1); !bytes)
        return tl::make_unexpected(bytes.error());

    for (const auto& [name, keys] : running_.keys) {
        const auto now = configuration.keys.find(name);
        if (now == configuration.keys.end() || now->second.rx_key_id != keys.rx_key_id)
            hellos_.forget_shards(resolved_.tunnel_slots.at(name));
    }
    resolved_ = std::move(resolved);
    running_ = std::move(configuration);
    received_shards_.configure(running_.gateway, monotonic_ns());
    warn_of_shards();
    next_hops_.configure(running_.gateway);
    endpoints_.configure(received_shards_.opened(running_.gateway));
    inside_.configure(running_.gateway);
    must_publish_ = true;
    every_second();
    return publish();
}

Result<void> GatewayControl::publish() {
    resolved_.next_hops = next_hops_.known();
    const auto alive = dataplane_.last().is_present() ? Publisher::Dataplane::alive : Publisher::Dataplane::absent;
    const auto outcome = publisher_.publish(received_shards_.opened(running_.gateway), resolved_, alive);
    must_publish_ = outcome && *outcome == Publisher::Outcome::busy;
    if (!outcome) return tl::make_unexpected(outcome.error());
    if (must_publish_) return {};
    if (*outcome == Publisher::Outcome::published) spdlog::info("published generation {}", publisher_.generation());

    hellos_.set_targets(peers::hello_targets(running_.gateway, resolved_, received_shards_.announced()));
    return {};
}

void GatewayControl::tick() {
    const std::uint64_t now = monotonic_ns();
    region_.control().control_heartbeat_ns.store(now);
    watch_dataplane(now);
    if (now - second_ns_ >= second) {
        every_second();
    } else if (kernel_changed_ && now - refreshed_ns_ >= refresh_interval_ns()) {
        inside_.enforce();
        refresh_next_hops(now);
    }
    explain_next_hops(now);
    follow_shards(now);
    exchange_hellos(now);
    if (must_publish_)
        if (auto published = publish(); !published) spdlog::error("{}", published.error().message);
    answer_reloads(now);
}

std::uint64_t GatewayControl::refresh_interval_ns() const {
    return std::max(tick_ns, next_hops_.entries().size() * refresh_cost_ns);
}

void GatewayControl::every_second() {
    const std::uint64_t now = monotonic_ns();
    second_ns_ = now;
    inside_.enforce();
    endpoints_.bind_missing();
    if (now - refreshed_ns_ >= refresh_interval_ns() || must_publish_) refresh_next_hops(now);

    const auto listening = commands_.listen();
    const std::string problem = listening ? std::string() : listening.error().message;
    if (problem != socket_problem_ && !problem.empty()) spdlog::error("{}; trying every second", problem);
    socket_problem_ = problem;

    const std::string path = config::region::region_path(name_);
    const bool missing = ::access(path.c_str(), F_OK) != 0 || region_.was_replaced();
    if (missing && !region_missing_)
        spdlog::error(
            "{} was removed by somebody: the running processes go on, but no other can join them; restart "
            "ropewalk-control, then ropewalk-dataplane",
            path);
    region_missing_ = missing;
}

void GatewayControl::refresh_next_hops(std::uint64_t now) {
    kernel_changed_ = false;
    refreshed_ns_ = now;
    must_publish_ |= next_hops_.refresh(now);
}

void GatewayControl::explain_next_hops(std::uint64_t now) {
    for (const auto& entry : next_hops_.entries()) {
        std::string& told = explained_[entry.path_key];
        if (entry.hop.problem == told) continue;
        if (entry.hop.problem.empty()) {
            spdlog::info("{}: next hop {} is {} again", entry.path_key,
                         entry.hop.via ? to_string(*entry.hop.via) : std::string("behind ") + entry.interface,
                         entry.hop.mac ? to_string(*entry.hop.mac) : "being asked for");
        } else if (now - entry.since_ns >= next_hop_patience_ns) {
            spdlog::warn("{}: {}; {}", entry.path_key, entry.hop.problem,
                         entry.hop.mac ? "its last known Ethernet address is used meanwhile"
                                       : "nothing is sent on this path until then");
        } else {
            continue;
        }
        told = entry.hop.problem;
    }
}

void GatewayControl::watch_dataplane(std::uint64_t now) {
    const auto before = dataplane_.last();
    const auto event = dataplane_.observe(publication::look_for_dataplane(region_.dataplane(), now));
    switch (event) {
        case DataplaneWatch::Event::none:
            break;
        case DataplaneWatch::Event::appeared:
            spdlog::info("ropewalk-dataplane {} runs (pid {})", name_, dataplane_.last().pid);
            break;
        case DataplaneWatch::Event::replaced:
            spdlog::info("ropewalk-dataplane {} was restarted (pid {}, before {})", name_, dataplane_.last().pid,
                         before.pid);
            break;
        case DataplaneWatch::Event::disappeared:
            spdlog::warn("ropewalk-dataplane {} is gone (pid {}); waiting for it", name_, before.pid);
            break;
    }
    if (!dataplane_.last().is_present() && wanted_) adopt_waiting();
    if (const auto refusal = refusals_.observe(region_.dataplane()))
        spdlog::error("ropewalk-dataplane {} refused generation {}: {}", name_, refusal->generation, refusal->reason);
}

void GatewayControl::adopt_waiting() {
    reload::Configuration wanted = std::move(*wanted_);
    wanted_.reset();
    waiting_changes_.clear();
    if (auto adopted = adopt(std::move(wanted)); !adopted)
        spdlog::error("what waited for the dataplane's restart could not be taken over: {}", adopted.error().message);
    else
        spdlog::info("what waited for the dataplane's restart is published; its next start takes it over");
}

void GatewayControl::exchange_hellos(std::uint64_t now) {
    for (const auto& message : hellos_.receive(region_.control(), region_.dataplane())) tell_peer(message);
    if (hellos_.take_shards_news()) learn_shards();
    if (!dataplane_.last().is_running()) return;
    hellos_.send(region_.control(), region_.dataplane(), now,
                 {{version_major, version_minor, version_patch}, name_, dataplane_.last().life_uuid, 1});
}

void GatewayControl::follow_shards(std::uint64_t now) {
    if (received_shards_.expire(now)) {
        endpoints_.configure(received_shards_.opened(running_.gateway));
        must_publish_ = true;
    }
    if (must_publish_ || !received_shards_.is_waiting()) return;
    const auto fate = fate_of(publisher_.generation(), region_.dataplane(), dataplane_.last());
    if (fate.kind != GenerationFate::Kind::in_use) return;
    received_shards_.in_use();
    hellos_.set_targets(peers::hello_targets(running_.gateway, resolved_, received_shards_.announced()));
}

void GatewayControl::learn_shards() {
    for (const auto& tunnel : running_.gateway.tunnels) {
        const auto shards = hellos_.peers().shards(resolved_.tunnel_slots.at(tunnel.name));
        if (!shards) continue;
        auto& known = resolved_.tx_shards.try_emplace(resolved_.keys.at(tunnel.name).rx_key_id, 1).first->second;
        if (known == *shards) continue;
        known = *shards;
        must_publish_ = true;
        spdlog::info("tunnel {}: gateway '{}' receives each path on {} UDP port{}", tunnel.name, tunnel.peer, *shards,
                     *shards == 1 ? "" : "s");
    }
}

void GatewayControl::warn_of_shards() const {
    const unsigned workers = running_.gateway.dataplane.workers;
    for (const auto& tunnel : running_.gateway.tunnels)
        if (tunnel.shards > 1 && tunnel.shards % workers != 0)
            spdlog::warn("tunnel {}: {} shards do not divide among {} workers; make it a multiple of them, or 1",
                         tunnel.name, tunnel.shards, workers);
}

void GatewayControl::tell_peer(const config::region::Message& message) {
    const auto* const seen = hellos_.peers().find(message.head.tunnel_slot, message.head.path_slot);
    const auto tunnel = std::ranges::find_if(running_.gateway.tunnels, [&](const auto& candidate) {
        return resolved_.tunnel_slots.at(candidate.name) == message.head.tunnel_slot;
    });
    if (seen == nullptr || tunnel == running_.gateway.tunnels.end()) return;
    spdlog::info("tunnel {}: gateway '{}' is there, version {}", tunnel->name, seen->hello.gateway,
                 fmt::join(seen->hello.version, "."));
}

void GatewayControl::on_command(commands::CommandServer::ClientId client, const std::string& line) {
    const auto request = nlohmann::json::parse(line, nullptr, false);
    const std::string command = request.is_object() ? request.value("command", nlohmann::json()).dump() : "";
    if (command == "\"reload\"") return reload(client);
    if (command == "\"status\"")
        return commands_.reply(
            client, telling::status_json({file_, running_.gateway, resolved_, next_hops_, endpoints_, inside_,
                                          hellos_.peers(), waiting_changes_, publisher_.generation(), monotonic_ns()}));
    commands_.reply(client, R"({"ok": false, "lines": ["unknown command; allowed: status, reload"]})");
}

void GatewayControl::reload(commands::CommandServer::ClientId client) {
    const auto refuse = [&](const reload::ProblemLines& problems) {
        finish({client, reload::report_refusal(problems), 0, 0});
    };
    auto loaded = reload::load_configuration(file_);
    if (!loaded) return refuse(loaded.error());
    // A dataplane that refused what we publish runs something else, and can only judge the whole.
    const bool in_step =
        fate_of(publisher_.generation(), region_.dataplane(), dataplane_.last()).kind != GenerationFate::Kind::refused;
    const auto care =
        dataplane_.last().is_present() && in_step ? reload::DataplaneCare::present : reload::DataplaneCare::absent;
    const auto plan = reload::plan_reload(running_, *loaded, care);
    if (!plan) return refuse({plan.error().message});
    if (auto adopted = adopt(plan->effective); !adopted) return refuse({adopted.error().message});

    waiting_changes_ = plan->waiting;
    wanted_.reset();
    if (!plan->waiting.empty()) wanted_ = std::move(*loaded);
    const std::uint64_t now = monotonic_ns();
    const std::uint64_t generation = publisher_.generation() + (must_publish_ ? 1 : 0);
    reloads_.push_back({client, reload::report_plan(*plan), generation, now + reload_patience_ns});
    answer_reloads(now);
}

void GatewayControl::answer_reloads(std::uint64_t now) {
    std::vector<WaitingReload> waiting;
    for (WaitingReload& reload : std::exchange(reloads_, {})) {
        const GenerationFate fate = fate_of(reload.generation, region_.dataplane(), dataplane_.last());
        if (fate.kind == GenerationFate::Kind::pending && now < reload.deadline_ns) {
            waiting.push_back(std::move(reload));
            continue;
        }
        reload::add_fate(reload.report, reload.generation, fate);
        finish(reload);
    }
    reloads_ = std::move(waiting);
}

void GatewayControl::finish(const WaitingReload& reload) {
    const reload::ReloadReport& report = reload.report;
    for (const std::string& line : report.lines) {
        // When changes were taken over, only how it ended can be bad news.
        const bool is_bad_news = !report.succeeded && (report.generation == 0 || &line == &report.lines.back());
        spdlog::log(is_bad_news ? spdlog::level::err : spdlog::level::info, "reload: {}", line);
    }
    if (reload.client != 0) commands_.reply(reload.client, reload::to_json(report));
}

}  // namespace ropewalk::control
