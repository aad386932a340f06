#include "control/gateway_control.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "config/region/clocks.hpp"
#include "control/commands/request.hpp"
#include "control/kernel/mtu_look.hpp"
#include "control/kernel/routing_look.hpp"
#include "control/publication/process_alive.hpp"
#include "control/telling/event_record.hpp"
#include "control/telling/event_text.hpp"
#include "control/telling/log_line.hpp"
#include "control/telling/reload_log.hpp"
#include "control/telling/status.hpp"
#include "control/version.hpp"

namespace ropewalk::control {

using config::region::monotonic_ns;

namespace {

constexpr std::uint64_t second = 1'000'000'000;
/// What asking the kernel about one path may cost at most, as a share of our time.
constexpr std::uint64_t refresh_cost_ns = 500'000, shortest_refresh_ns = 20'000'000;
/// The same for a look at what workers saw of it.
constexpr std::uint64_t look_cost_ns = 5'000;

void log(const telling::LogLine& line) {
    switch (line.weight) {
        case telling::LogLine::Weight::nothing:
            break;
        case telling::LogLine::Weight::info:
            return spdlog::info("{}", line.text);
        case telling::LogLine::Weight::warning:
            return spdlog::warn("{}", line.text);
        case telling::LogLine::Weight::error:
            return spdlog::error("{}", line.text);
    }
}

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
    if (auto begun = control->begin(std::move(configuration)); !begun) return tl::make_unexpected(begun.error());
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
      exchange_(region_),
      turn_({version_major, version_minor, version_patch}),
      next_hops_(requests_),
      inside_(requests_),
      commands_(loop_, name, [this](auto client, const std::string& line) { on_command(client, line); }),
      hook_(told_.hook_left_out),
      exporter_(region_, told_) {
    region_.control().events.take_over();
    region_.control().control_started_ns.store(monotonic_ns());
    region_.control().control_pid.store(static_cast<std::uint64_t>(::getpid()));
    loop_.watch(monitor_.number(), EPOLLIN, [this](std::uint32_t) {
        kernel_changed_ |= monitor_.drain({}) != kernel::NetlinkSocket::Heard::nothing;
    });
}

GatewayControl::~GatewayControl() {
    region_.control().control_pid.store(0);
}

void GatewayControl::leave() {
    if (look(monotonic_ns()).dataplane.sighting.has_started())
        return spdlog::info("stopped; the dataplane goes on with the last configuration");
    exchange_.forget_keys();
    spdlog::info("stopped; no dataplane runs, and the next one waits for control: the keys in {} are wiped",
                 config::region::region_path(name_));
}

Result<void> GatewayControl::begin(reload::Configuration configuration) {
    const std::uint64_t now = monotonic_ns();
    const Facts facts = look(now);
    Effects effects;
    if (auto started = turn_.start(std::move(configuration), exchange_.legacy(), facts, now, effects); !started)
        return started;
    configure_telling();
    carry_out(effects);
    configure_kernel();
    next_hops_.remember(turn_.paths());
    every_second(now);
    take_turn(look(now), now);
    if (auto listening = commands_.listen(); !listening) return listening;
    if (!facts.dataplane.sighting.is_running()) spdlog::info("waiting for ropewalk-dataplane {}", name_);
    return {};
}

void GatewayControl::tick() {
    const std::uint64_t now = monotonic_ns();
    if (now - ticked_ns_ < turn_.paths().paths().size() * look_cost_ns) return;
    ticked_ns_ = now;
    look_at_kernel(now);
    take_turn(look(now), now);
}

Facts GatewayControl::look(std::uint64_t now_ns) {
    const bool alive = publication::is_process_alive(region_.dataplane().pid.load());
    Facts facts =
        exchange_.look(now_ns, alive ? publication::Liveness::alive : publication::Liveness::gone, turn_.resolved());
    facts.next_hops = std::exchange(next_hop_news_, {});
    facts.icmp_errors = endpoints_.take_icmp_errors();
    return facts;
}

void GatewayControl::take_turn(Facts facts, std::uint64_t now_ns) {
    Effects effects;
    turn_.run(std::move(facts), now_ns, effects);
    carry_out(effects);
    if (events::has<events::ReceivedPortsClosed>(effects.events)) endpoints_.configure(turn_.opened());
    if (events::has<events::ConfigurationAdopted>(effects.events)) {
        configure_telling();
        configure_kernel();
        every_second(now_ns);
        take_turn(look(now_ns), now_ns);
    } else if (events::has<events::InnerMtuChanged>(effects.events)) {
        inside_.follow(turn_.gateway(), inner_mtus());
        inside_.enforce();
    }
}

void GatewayControl::carry_out(const Effects& effects) {
    exchange_.apply(effects);
    for (const auto& event : effects.events) tell(event);
    for (const auto& answer : effects.answers) {
        for (const auto& line : telling::reload_log(answer.report)) log(line);
        if (answer.asker != 0) commands_.reply(answer.asker, to_json(answer.report));
    }
    for (const auto& answer : effects.path_answers) commands_.reply(answer.asker, telling::path_answer_json(answer));
}

void GatewayControl::tell(const events::Event& event) {
    const telling::LogLine line = telling::log_line(event, name_, turn_.resolved());
    log(line);
    ++told_.events[event.what.index()];
    if (line.weight == telling::LogLine::Weight::nothing) return;
    const telling::Moment now{config::region::clock_ns(CLOCK_REALTIME), monotonic_ns()};
    const auto record = telling::event_record(event, line, turn_.resolved(), now);
    const std::uint64_t number = region_.control().events.append(record);
    hook_.offer(telling::event_json(record, number, name_));
}

void GatewayControl::configure_telling() {
    hook_.configure(turn_.gateway().events.hook);
    exporter_.configure(turn_.gateway().metrics.listen, metrics::exported_of(turn_.gateway(), turn_.resolved()));
}

void GatewayControl::configure_kernel() {
    next_hops_.configure(turn_.gateway(), turn_.resolved());
    endpoints_.configure(turn_.opened());
    inside_.configure(turn_.gateway(), inner_mtus());
}

kernel::InnerMtusByName GatewayControl::inner_mtus() const {
    kernel::InnerMtusByName inner_mtus;
    for (const auto& tunnel : turn_.gateway().tunnels)
        inner_mtus[tunnel.name] = turn_.inner_mtus().of(turn_.resolved().tunnel_slots.at(tunnel.name)).bytes;
    return inner_mtus;
}

void GatewayControl::look_at_kernel(std::uint64_t now_ns) {
    if (now_ns - second_ns_ >= second) {
        every_second(now_ns);
    } else if (kernel_changed_ && now_ns - refreshed_ns_ >= refresh_interval_ns()) {
        inside_.enforce();
        refresh_next_hops(now_ns);
    }
}

std::uint64_t GatewayControl::refresh_interval_ns() const {
    return std::max(shortest_refresh_ns, next_hops_.size() * refresh_cost_ns);
}

void GatewayControl::every_second(std::uint64_t now_ns) {
    second_ns_ = now_ns;
    inside_.enforce();
    endpoints_.follow(now_ns);
    refresh_next_hops(now_ns);

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

void GatewayControl::refresh_next_hops(std::uint64_t now_ns) {
    kernel_changed_ = false;
    refreshed_ns_ = now_ns;
    next_hop_news_ = next_hops_.refresh(now_ns);
}

void GatewayControl::on_command(commands::CommandServer::ClientId client, const std::string& line) {
    using Command = commands::Request::Command;
    const commands::Request request = commands::read_request(line);
    switch (request.command) {
        case Command::reload:
            return reload(client);
        case Command::drain_path:
            return ask_path({client, paths::PathWish::drain, request.path});
        case Command::use_path:
            return ask_path({client, paths::PathWish::use, request.path});
        case Command::status:
            return commands_.reply(
                client, telling::status_json({file_, turn_.gateway(), turn_.resolved(), turn_.paths(), turn_.health(),
                                              turn_.path_troubles(), turn_.icmp_hints(), turn_.numbers_behind(),
                                              endpoints_, inside_, turn_.inner_mtus(), turn_.path_mtus(), turn_.peers(),
                                              turn_.waiting_changes(), exporter_.problem(), turn_.generation(),
                                              monotonic_ns()}));
        case Command::unknown:
            break;
    }
    commands_.reply(
        client,
        R"({"ok": false, "lines": ["unknown command; allowed: status, reload, drain path, use path; the last two with a path"]})");
}

void GatewayControl::ask_path(paths::PathRequest request) {
    const std::uint64_t now = monotonic_ns();
    Facts facts = look(now);
    facts.path_requests.push_back(std::move(request));
    take_turn(std::move(facts), now);
}

void GatewayControl::reload(reload::Asker asker) {
    auto loaded = reload::load_configuration(file_);
    std::vector<std::string> notes;
    if (loaded) {
        for (auto& finding : kernel::examine_routes(requests_, loaded->gateway))
            notes.push_back(std::move(finding.text));
        for (auto& sentence : kernel::examine_mtus(requests_, loaded->gateway)) notes.push_back(std::move(sentence));
    }
    const std::uint64_t now = monotonic_ns();
    Facts facts = look(now);
    facts.reloads.push_back({asker, std::move(loaded), std::move(notes)});
    take_turn(std::move(facts), now);
}

}  // namespace ropewalk::control
